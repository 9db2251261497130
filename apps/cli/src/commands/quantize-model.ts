// models quantize: a smaller copy of a metric model, described beside it, and how far it drifts on real clips.
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { decodeFile, downmix } from '@voxtune/audio';
import { cosine, createDnsmos, createSpeakerEncoder, createUtmos, quantizeWeights, type WeightFormat } from '@voxtune/eval';
import { descriptorPath, verifyModel, type ModelFile } from '@voxtune/models';
import { writeFileAtomic } from '@voxtune/pipeline';
import { CliError } from '../exit.js';

/** One figure of the whole model and of its copy, over the clips. */
export type Drift = { readonly measure: string; readonly clips: number; readonly mean: number; readonly largest: number };
export type QuantizedFile = { readonly path: string; readonly id: string; readonly bytesBefore: number; readonly bytesAfter: number; readonly tensors: number; readonly drift: readonly Drift[] };

/** Writes `model.<format>.onnx` and its descriptor beside the model. @param clips - Real clips that both score; none: no drift is told. */
export async function quantizeModel(path: string, format: WeightFormat, clips: readonly string[], signal: AbortSignal): Promise<QuantizedFile> {
  const model = await verifyModel(path, { signal });
  if (model.kind !== 'mos' && model.kind !== 'speaker') throw new CliError('CLI_MODEL_MISSING', `${path} is ${model.id}, which measures nothing: only models of opinion and of speakers are made smaller`);
  const bytes = await readFile(path);
  const { model: copy, tensors, bytesBefore, bytesAfter } = quantizeWeights(bytes, format);
  const target = path.replace(/(\.onnx)?$/, `.${format}.onnx`), id = `${model.id}-${format}`;
  const drift = await measureDrift(model, bytes, copy, clips, signal);
  await writeFileAtomic(target, copy);
  await writeFileAtomic(descriptorPath(target), `${JSON.stringify({ v: 1, id, kind: model.kind, sha256: createHash('sha256').update(copy).digest('hex'), licence: model.licence, source: `${model.source}; weights as ${format}`, descriptor: model.descriptor }, null, 1)}\n`);
  return { path: target, id, bytesBefore, bytesAfter, tensors, drift };
}

async function measureDrift(model: ModelFile, whole: Uint8Array, copy: Uint8Array, clips: readonly string[], signal: AbortSignal): Promise<readonly Drift[]> {
  if (clips.length === 0) return [];
  const read = async (path: string) => { const audio = await decodeFile(path, { signal }); return { samples: downmix(audio), rate: audio.sampleRateHz }; };
  const differences = new Map<string, number[]>();
  const add = (measure: string, difference: number): void => void differences.set(measure, [...(differences.get(measure) ?? []), difference]);
  if (model.kind === 'speaker') {
    const [a, b] = [await createSpeakerEncoder({ model: whole, descriptor: { id: model.id, ...model.descriptor } }), await createSpeakerEncoder({ model: copy, descriptor: { id: model.id, ...model.descriptor } })];
    for (const path of clips) { const { samples, rate } = await read(path); add('1 − cosine of both embeddings', 1 - cosine(await a.embed(samples, rate), await b.embed(samples, rate))); }
    await a.dispose(); await b.dispose();
  } else if (model.id.startsWith('dnsmos-')) {
    const role = model.id.startsWith('dnsmos-p835') ? 'p835' : 'p808';
    const [a, b] = [await createDnsmos({ [role]: whole }), await createDnsmos({ [role]: copy })];
    for (const path of clips) {
      const { samples, rate } = await read(path);
      const [one, other] = [await a.score(samples, rate, { signal }), await b.score(samples, rate, { signal })];
      for (const measure of ['sig', 'bak', 'ovrl', 'p808'] as const) if (one[measure] !== null) add(measure, other[measure]! - one[measure]);
    }
    await a.dispose(); await b.dispose();
  } else {
    const [a, b] = [await createUtmos({ model: whole, descriptor: model.descriptor }), await createUtmos({ model: copy, descriptor: model.descriptor })];
    for (const path of clips) { const { samples, rate } = await read(path); add('utmos', (await b.score(samples, rate, { signal })) - (await a.score(samples, rate, { signal }))); }
    await a.dispose(); await b.dispose();
  }
  return [...differences].map(([measure, values]) => ({ measure, clips: values.length, mean: values.reduce((sum, value) => sum + value, 0) / values.length, largest: Math.max(...values.map(Math.abs)) }));
}
