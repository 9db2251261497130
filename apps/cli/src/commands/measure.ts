import { decodeFile, downmix, measureAudio, type AudioMeasurements } from '@voxtune/audio';
import { defineCommand } from '../define-command.js';
import { Exit } from '../exit.js';
import { textTable } from '../render/table.js';
import { expandPaths } from './probe.js';

const shown = (value: number | null, digits: number): string => (value === null ? '–' : value.toFixed(digits));

export default defineCommand({
  name: 'measure',
  summary: 'measure levels, loudness, noise, bandwidth and pitch of audio files',
  positionals: [{ name: 'PATH', help: 'audio files or folders', many: true }],
  flags: {},
  example: 'voxtune measure clip.wav --json',
  async run({ args, out, signal, cwd }) {
    const files: ({ path: string } & AudioMeasurements)[] = [];
    for (const path of await expandPaths(args, cwd)) {
      signal.throwIfAborted();
      const audio = await decodeFile(path, { signal });
      files.push({ path, ...measureAudio(downmix(audio), audio.sampleRateHz) });
    }
    if (out.json) out.data({ files });
    else {
      out.print(textTable(['file', 'peak dBFS', 'true peak dBTP', 'RMS dBFS', 'LUFS', 'SNR dB', 'clipped', 'silence', 'bandwidth Hz', 'F0 Hz'],
        files.map((f) => [f.path, shown(f.peakDbfs, 1), shown(f.truePeakDbtp, 1), shown(f.rmsDbfs, 1), shown(f.loudnessLufs, 1), shown(f.snrDb, 1), String(f.clippedSamples), shown(f.silenceShare, 2), shown(f.bandwidthHz, 0), shown(f.f0MedianHz, 0)]),
        [1, 2, 3, 4, 5, 6, 7, 8, 9]));
    }
    return Exit.ok;
  },
});
