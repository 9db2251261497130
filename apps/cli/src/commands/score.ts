import { resolve } from 'node:path';
import { decodeFile, downmix } from '@voxtune/audio';
import { recognizeModels } from '@voxtune/models';
import { defineCommand } from '../define-command.js';
import { CliError, Exit, failureOf } from '../exit.js';
import { expandPaths } from '../expand-paths.js';
import { measuringModels, openOpinionModels, PROVIDER_FLAG, providersOf } from '../measuring.js';
import { textTable } from '../render/table.js';

type Row = { readonly path: string; readonly sig: number | null; readonly bak: number | null; readonly ovrl: number | null; readonly p808: number | null; readonly utmos: number | null; readonly error: { readonly code: string; readonly message: string } | null };
const shown = (value: number | null): string => (value === null ? '–' : value.toFixed(3));

export default defineCommand({
  name: 'score',
  summary: 'predict SIG, BAK, OVRL and P.808 (DNSMOS) and UTMOS of audio files (1 to 5; nobody listens)',
  positionals: [{ name: 'PATH', help: 'audio files or folders', many: true }],
  flags: { models: { type: 'string', value: 'DIR', help: 'folder with DNSMOS or UTMOS22 models (required)' }, provider: PROVIDER_FLAG },
  example: 'voxtune score clip.wav --models ./models --json',
  async run({ args, flags, out, signal, cwd }) {
    if (flags.models === undefined) throw new CliError('CLI_USAGE', 'score: missing --models DIR');
    const models = measuringModels(await recognizeModels(resolve(cwd, flags.models)));
    if (models.p835 === null && models.p808 === null && models.utmos === null) throw new CliError('CLI_MODEL_MISSING', `no DNSMOS or UTMOS22 model in ${resolve(cwd, flags.models)}`, {}, { hint: 'Get one: voxtune models pull dnsmos-p835 dnsmos-p808; voxtune models path dnsmos-p808 says where it lies.' });
    const paths = await expandPaths(args, cwd);
    const { dnsmos, utmos, dispose } = await openOpinionModels(models, providersOf(flags.provider));
    const files: Row[] = [];
    try {
      for (const path of paths) {
        signal.throwIfAborted();
        try {
          const audio = await decodeFile(path, { signal });
          const samples = downmix(audio);
          const opinion = await dnsmos?.score(samples, audio.sampleRateHz, { signal });
          files.push({ path, sig: opinion?.sig ?? null, bak: opinion?.bak ?? null, ovrl: opinion?.ovrl ?? null, p808: opinion?.p808 ?? null, utmos: (await utmos?.score(samples, audio.sampleRateHz, { signal })) ?? null, error: null });
        } catch (error) {
          const { code, message } = failureOf(error);
          if (signal.aborted || !/^(AUDIO|EVAL_CLIP)_/.test(code)) throw error;
          files.push({ path, sig: null, bak: null, ovrl: null, p808: null, utmos: null, error: { code, message } });
        }
      }
    } finally {
      await dispose();
    }
    if (out.json) out.data({ model: dnsmos?.model ?? null, utmosModel: utmos?.model ?? null, files });
    else {
      const head = ['file', 'SIG', 'BAK', 'OVRL', 'P.808', ...(utmos === undefined ? [] : ['UTMOS'])];
      out.print(textTable(head, files.map((f) => [f.path, shown(f.sig), shown(f.bak), shown(f.ovrl), shown(f.p808), ...(utmos === undefined ? [] : [shown(f.utmos)])]), [1, 2, 3, 4, 5]));
      for (const { error } of files) if (error !== null) out.note(`${error.code}: ${error.message}`);
    }
    return files.length > 0 && files.every((f) => f.error !== null) ? Exit.inputRejected : Exit.ok;
  },
});
