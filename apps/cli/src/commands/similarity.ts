import { resolve } from 'node:path';
import { decodeFile, downmix } from '@voxtune/audio';
import { cosine, createSpeakerEncoder } from '@voxtune/eval';
import { verifyModel } from '@voxtune/models';
import { defineCommand } from '../define-command.js';
import { CliError, Exit } from '../exit.js';
import { textTable } from '../render/table.js';

export default defineCommand({
  name: 'similarity',
  summary: 'how alike two speakers sound: the cosine of their embeddings, −1 to 1',
  positionals: [{ name: 'A', help: 'an audio file' }, { name: 'B', help: 'audio files to compare it with', many: true }],
  flags: { model: { type: 'string', value: 'FILE', help: 'ONNX speaker encoder (required)' } },
  example: 'voxtune similarity agent.wav spoken.wav --model ./models/ge2e.onnx',
  async run({ args, flags, out, signal, cwd }) {
    if (flags.model === undefined) throw new CliError('CLI_USAGE', 'similarity: missing --model FILE');
    if (args.length < 2) throw new CliError('CLI_USAGE', 'similarity: missing B');
    const model = await verifyModel(resolve(cwd, flags.model), { signal });
    if (model.kind !== 'speaker') throw new CliError('CLI_MODEL_MISSING', `${model.path} is ${model.id}, not a speaker encoder`);
    const encoder = await createSpeakerEncoder({ model: model.path, descriptor: model.descriptor });
    try {
      const embed = async (path: string) => {
        signal.throwIfAborted();
        const audio = await decodeFile(path, { signal });
        return encoder.embed(downmix(audio), audio.sampleRateHz);
      };
      const [a, ...others] = args.map((path) => resolve(cwd, path)) as [string, ...string[]];
      const reference = await embed(a);
      const pairs: { a: string; b: string; cosine: number }[] = [];
      for (const b of others) pairs.push({ a, b, cosine: cosine(reference, await embed(b)) });
      if (out.json) out.data({ model: encoder.model, pairs });
      else out.print(textTable(['with', 'cosine'], pairs.map((p) => [p.b, p.cosine.toFixed(4)]), [1]));
    } finally {
      await encoder.dispose();
    }
    return Exit.ok;
  },
});
