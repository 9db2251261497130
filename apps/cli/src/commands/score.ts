import { resolve } from 'node:path';
import { decodeFile, downmix } from '@voxtune/audio';
import { createDnsmos } from '@voxtune/eval';
import { recognizeModels } from '@voxtune/models';
import { defineCommand } from '../define-command.js';
import { CliError, Exit, failureOf } from '../exit.js';
import { expandPaths } from '../expand-paths.js';
import { textTable } from '../render/table.js';

type Row = { readonly path: string; readonly sig: number | null; readonly bak: number | null; readonly ovrl: number | null; readonly p808: number | null; readonly error: { readonly code: string; readonly message: string } | null };
const shown = (value: number | null): string => (value === null ? '–' : value.toFixed(3));

export default defineCommand({
  name: 'score',
  summary: 'predict SIG, BAK, OVRL and P.808 of audio files with DNSMOS (1 to 5; nobody listens)',
  positionals: [{ name: 'PATH', help: 'audio files or folders', many: true }],
  flags: { models: { type: 'string', value: 'DIR', help: 'folder with the DNSMOS models (required)' } },
  example: 'voxtune score clip.wav --models ./models --json',
  async run({ args, flags, out, signal, cwd }) {
    if (flags.models === undefined) throw new CliError('CLI_USAGE', 'score: missing --models DIR');
    const models = await recognizeModels(resolve(cwd, flags.models));
    const [p835, p808] = ['dnsmos-p835', 'dnsmos-p808'].map((id) => models.find((m) => m.id === id)?.path);
    if (p835 === undefined && p808 === undefined) throw new CliError('CLI_MODEL_MISSING', `no DNSMOS model in ${resolve(cwd, flags.models)}`);
    const paths = await expandPaths(args, cwd);
    const dnsmos = await createDnsmos({ ...(p835 === undefined ? {} : { p835 }), ...(p808 === undefined ? {} : { p808 }) });
    const files: Row[] = [];
    try {
      for (const path of paths) {
        signal.throwIfAborted();
        try {
          const audio = await decodeFile(path, { signal });
          const { sig, bak, ovrl, p808: mos } = await dnsmos.score(downmix(audio), audio.sampleRateHz, { signal });
          files.push({ path, sig, bak, ovrl, p808: mos, error: null });
        } catch (error) {
          const { code, message } = failureOf(error);
          if (signal.aborted || !/^(AUDIO|EVAL_CLIP)_/.test(code)) throw error;
          files.push({ path, sig: null, bak: null, ovrl: null, p808: null, error: { code, message } });
        }
      }
    } finally {
      await dnsmos.dispose();
    }
    if (out.json) out.data({ model: dnsmos.model, files });
    else {
      out.print(textTable(['file', 'SIG', 'BAK', 'OVRL', 'P.808'], files.map((f) => [f.path, shown(f.sig), shown(f.bak), shown(f.ovrl), shown(f.p808)]), [1, 2, 3, 4]));
      for (const { error } of files) if (error !== null) out.note(`${error.code}: ${error.message}`);
    }
    return files.length > 0 && files.every((f) => f.error !== null) ? Exit.inputRejected : Exit.ok;
  },
});
