import { engineDenoiser, sherpaDenoiser } from '@voxtune/dataset';
import { defineCommand } from '../define-command.js';
import { CliError } from '../exit.js';
import { modelPath } from '../voice/model-path.js';
import { CLEAN_FLAGS, cleanWith, engineOf } from './clean-files.js';

export default defineCommand({
  name: 'denoise',
  summary: 'take noise off recordings with the checkout’s denoiser or one of sherpa-onnx; one that got worse is left as it was',
  positionals: [{ name: 'IN', help: 'audio files or folders; only read', many: true }],
  flags: {
    ...CLEAN_FLAGS,
    model: { type: 'string', value: 'FILE', help: 'instead of a checkout, a denoiser of sherpa-onnx: an ONNX file, or its name in voxtune models (gtcrn works at 16 kHz, dpdfnet2-48khz at 48 kHz)' },
  },
  example: 'voxtune denoise recordings --out denoised --model gtcrn\nvoxtune denoise recordings --out denoised --engine /path/to/GPT-SoVITS',
  run: ({ flags, ...around }) =>
    cleanWith('denoise', flags, around, async () => {
      if (flags.model !== undefined && flags.engine !== undefined) throw new CliError('CLI_USAGE', 'denoise: --engine DIR or --model FILE, not both');
      if (flags.model === undefined && flags.engine === undefined) throw new CliError('CLI_USAGE', 'denoise: missing --engine DIR or --model FILE');
      return flags.model === undefined ? engineDenoiser(await engineOf('denoise', flags, around)) : sherpaDenoiser({ model: modelPath(flags.model, around.cwd, around.env) });
    }),
});
