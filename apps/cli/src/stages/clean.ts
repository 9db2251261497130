// separate and denoise, off by default: recordings → work/separated, work/denoised; what got worse goes on as it was.
import { existsSync } from 'node:fs';
import { mkdir, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { cleanFiles, engineDenoiser, engineSeparator, guideSeparator, sherpaDenoiser, type Cleaner, type RecordingEntry } from '@voxtune/dataset';
import { createDnsmos } from '@voxtune/eval';
import type { ModelFile } from '@voxtune/models';
import { readJsonLines, writeJsonLines, type Missing, type Stage } from '@voxtune/pipeline';
import { type Engine } from '../voice/engine.js';
import { PLACES, type Voice } from '../voice/folder.js';
import { lackOf, modelPath, ownModelFiles } from '../voice/model-path.js';
import { cleanedPath, soundPaths, type CleanedRow, type CleanStep } from '../voice/cleaned.js';

/** Recordings that one call of a script takes: what is done is kept after each. Ours. */
const AT_ONCE = 16;

const STEPS = {
  separate: { title: 'take other sounds off the recordings', folder: 'separated', manifest: 'separatedManifest', script: 'tools/uvr5' },
  denoise: { title: 'take noise off the recordings', folder: 'denoised', manifest: 'denoisedManifest', script: 'tools/cmd-denoise.py' },
} as const;

/** `missing` is what a voice without an engine lacks. */
export function cleanStage(step: CleanStep, voice: Voice, engine: Engine | null, models: readonly ModelFile[], noEngine: Missing): Stage {
  const { separate, engine: { profile } } = voice.config;
  const model = step === 'denoise' ? voice.config.denoise.model : null; // of sherpa-onnx: no checkout is needed
  const ownDenoiser = async (given: string): Promise<Cleaner> => sherpaDenoiser({ model: modelPath(given, voice.root, process.env) });
  const { title, folder, manifest, script } = STEPS[step];
  const judge = models.find(({ id }) => id === 'dnsmos-p808') ?? null;
  const before = step === 'denoise' ? (['ingest', 'separate'] as const) : (['ingest'] as const);
  const engineCleaner = ({ checkout: { root, interpreter }, device }: Engine): Cleaner => {
    const how = { root, python: [interpreter.command, ...interpreter.args] as [string, ...string[]] };
    return step === 'denoise' ? engineDenoiser(how) : profile === 'guide' ? guideSeparator({ ...how, model: separate.model }) : engineSeparator({ ...how, model: separate.model, device });
  };
  return {
    id: step, title, version: 1, needs: before, optional: !voice.config[step].enabled,
    reads: [PLACES.recordings, voice.recordingsDir, ...(step === 'denoise' ? [PLACES.separated, PLACES.separatedManifest] : []), ...(model === null ? [] : ownModelFiles([model], voice.root))], writes: [PLACES[folder], PLACES[manifest]],
    options: { ...(step === 'separate' ? { model: separate.model, profile } : model === null ? {} : { model }), judge: judge?.sha256 ?? null },
    async missing() {
      if (model !== null) return ownDenoiser(model).then(() => null, lackOf);
      if (engine === null) return noEngine;
      const { root, kind } = engine.checkout;
      if (!existsSync(join(root, script))) return { what: `no ${script} in ${root}`, how: 'take a whole GPT-SoVITS checkout' };
      if (step === 'denoise' || kind === 'stand-in') return null;
      const weights = join(root, 'tools/uvr5/uvr5_weights');
      const there = await readdir(weights).catch(() => []);
      return there.some((name) => name === separate.model || name.startsWith(`${separate.model}.`)) ? null : { what: `no model ${separate.model} in ${weights}`, how: 'download it from uvr5_weights of lj1995/VoiceConversionWebUI on Hugging Face' };
    },
    async run(ctx) {
      const cleaner = model === null ? engineCleaner(engine!) : await ownDenoiser(model); // missing() said so otherwise
      const recordings = (await readJsonLines<RecordingEntry>(voice.at('recordings'))).filter((r) => r.kept);
      const pathOf = await soundPaths(voice, step);
      await mkdir(voice.at(folder), { recursive: true });
      const key = JSON.stringify([cleaner.id, profile, judge?.sha256 ?? null]);
      const known = new Map((await readJsonLines<CleanedRow>(voice.at(manifest)).catch(() => [])).filter((row) => row.key === key && (row.reason === null ? existsSync(cleanedPath(voice, folder, row.id)) : row.after !== null)) /* what failed is tried again */.map((row) => [row.id, row]));
      const rows = new Map<string, CleanedRow>();
      const todo: RecordingEntry[] = [];
      for (const recording of recordings) {
        const from = pathOf(recording.path);
        const row = known.get(recording.id);
        if (row !== undefined && row.from === (from.cleaned ? 'separated' : 'recordings')) rows.set(recording.id, row);
        else if ((recording.channels ?? 1) > 1 && !from.cleaned && (voice.enrolmentPath !== null || ['left', 'right'].includes(voice.config.channel))) rows.set(recording.id, { v: 1, id: recording.id, from: 'recordings', key, measure: null, before: null, after: null, reason: 'one of its channels is to be chosen, and the result would be their mean' });
        else todo.push(recording);
      }
      const dnsmos = judge === null ? null : await createDnsmos({ p808: judge.path });
      const { ffmpeg } = voice.config.ingest;
      try {
        for (let first = 0; first < todo.length; first += AT_ONCE) {
          ctx.progress({ done: rows.size, total: recordings.length, unit: 'recordings' });
          const some = todo.slice(first, first + AT_ONCE);
          const results = await cleanFiles({
            files: some.map(({ id, path }) => ({ path: pathOf(path).path, name: id })), outDir: voice.at(folder), cleaner, signal: ctx.signal, ...(ffmpeg === null ? {} : { ffmpegPath: ffmpeg }),
            ...(dnsmos === null ? {} : { score: { name: 'DNSMOS P.808', of: async (samples: Float32Array, rateHz: number) => (await dnsmos.score(samples, rateHz, { signal: ctx.signal })).p808 } }),
          });
          for (const [i, { measure, before, after, reason }] of results.entries()) rows.set(some[i]!.id, { v: 1, id: some[i]!.id, from: pathOf(some[i]!.path).cleaned ? 'separated' : 'recordings', key, measure, before, after, reason });
          await writeJsonLines(voice.at(manifest), [...rows.values()]);
        }
      } finally {
        await dnsmos?.dispose();
      }
      const mine = new Set([...rows.values()].filter(({ reason }) => reason === null).map(({ id }) => `${id}.wav`));
      for (const name of await readdir(voice.at(folder))) if (!mine.has(name)) await rm(join(voice.at(folder), name), { force: true, recursive: true });
      await writeJsonLines(voice.at(manifest), recordings.map(({ id }) => rows.get(id)!));
      ctx.progress({ done: recordings.length, total: recordings.length, unit: 'recordings' });
    },
    async accept() {
      const rows = await readJsonLines<CleanedRow>(voice.at(manifest));
      const asTheyWere = rows.filter(({ reason }) => reason !== null);
      const shown = asTheyWere.slice(0, 5).map(({ id, reason }) => `${id}: ${reason!}`);
      return { in: rows.length, kept: rows.length, dropped: [], notes: asTheyWere.length === 0 ? [] : [`${asTheyWere.length} of ${rows.length} recordings go on as they were: ${shown.join('; ')}${asTheyWere.length > shown.length ? ' …' : ''}`] };
    },
  };
}
