import { engineDenoiser } from '@voxtune/dataset';
import { defineCommand } from '../define-command.js';
import { CLEAN_FLAGS, cleanWith } from './clean-files.js';

export default defineCommand({
  name: 'denoise',
  summary: 'take noise off recordings with the checkout’s denoiser; one that got worse is left as it was',
  positionals: [{ name: 'IN', help: 'audio files or folders; only read', many: true }],
  flags: CLEAN_FLAGS,
  example: 'voxtune denoise recordings --out denoised --engine /path/to/GPT-SoVITS',
  run: ({ flags, ...around }) => cleanWith('denoise', flags, around, engineDenoiser),
});
