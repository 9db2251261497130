import { engineSeparator, guideSeparator } from '@voxtune/dataset';
import { defineCommand } from '../define-command.js';
import { CLEAN_FLAGS, cleanWith, engineOf } from './clean-files.js';

export default defineCommand({
  name: 'separate',
  summary: 'take music, echo and reverberation off recordings with the checkout’s UVR5 models; one that got worse is left as it was',
  positionals: [{ name: 'IN', help: 'audio files or folders; only read', many: true }],
  flags: {
    ...CLEAN_FLAGS,
    model: { type: 'string', value: 'NAME', help: 'file in tools/uvr5/uvr5_weights without its ending; default HP2_all_vocals' },
    device: { type: 'string', choices: ['cpu', 'cuda'], help: 'default cpu' },
    profile: { type: 'string', choices: ['upstream', 'guide'], help: 'guide: its tools/uvr5/separate.py; default upstream: the models themselves' },
  },
  example: 'voxtune separate recordings --out voices --engine /path/to/GPT-SoVITS --model HP2_all_vocals',
  run: ({ flags: { model = 'HP2_all_vocals', device, profile, ...flags }, ...around }) =>
    cleanWith('separate', flags, around, async () => {
      const engine = await engineOf('separate', flags, around);
      return profile === 'guide' ? guideSeparator({ ...engine, model }) : engineSeparator({ ...engine, model, device: device === 'cuda' ? 'cuda' : 'cpu' });
    }),
});
