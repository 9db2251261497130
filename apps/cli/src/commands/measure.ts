import { decodeFile, downmix, measureAudio, type AudioMeasurements } from '@voxtune/audio';
import { defineCommand } from '../define-command.js';
import { Exit, failureOf } from '../exit.js';
import { expandPaths } from '../expand-paths.js';
import { textTable } from '../render/table.js';

const NOT_MEASURED: { readonly [K in keyof AudioMeasurements]: null } = {
  peakDbfs: null, truePeakDbtp: null, rmsDbfs: null, loudnessLufs: null, snrDb: null, wadaSnrDb: null, clippedSamples: null, clippedRuns: null, nonFiniteSamples: null, dcOffset: null, silenceShare: null, bandwidthHz: null,
  levelP10Dbfs: null, levelMedianDbfs: null, levelP95Dbfs: null, f0MedianHz: null, f0P5Hz: null, f0P95Hz: null, f0SpreadSemitones: null, voicedShare: null, syllablesPerSec: null, humHz: null, humDbfs: null,
};
type Row = { readonly path: string; readonly error: { readonly code: string; readonly message: string } | null } & (AudioMeasurements | typeof NOT_MEASURED);

const shown = (value: number | null, digits: number): string => (value === null ? '–' : value.toFixed(digits));

export default defineCommand({
  name: 'measure',
  summary: 'measure levels, loudness, noise, bandwidth and pitch of audio files',
  positionals: [{ name: 'PATH', help: 'audio files or folders', many: true }],
  flags: {},
  example: 'voxtune measure clip.wav --json',
  async run({ args, out, signal, cwd }) {
    const files: Row[] = [];
    for (const path of await expandPaths(args, cwd)) {
      signal.throwIfAborted();
      files.push(await measureOne(path, signal));
    }
    if (out.json) out.data({ files });
    else {
      out.print(textTable(['file', 'peak dBFS', 'true peak dBTP', 'RMS dBFS', 'LUFS', 'SNR dB', 'clipped', 'silence', 'bandwidth Hz', 'F0 Hz'],
        files.map((f) => [f.path, shown(f.peakDbfs, 1), shown(f.truePeakDbtp, 1), shown(f.rmsDbfs, 1), shown(f.loudnessLufs, 1), shown(f.snrDb, 1), shown(f.clippedSamples, 0), shown(f.silenceShare, 2), shown(f.bandwidthHz, 0), shown(f.f0MedianHz, 0)]),
        [1, 2, 3, 4, 5, 6, 7, 8, 9]));
      for (const { error } of files) if (error !== null) out.note(`${error.code}: ${error.message}`);
    }
    return files.length > 0 && files.every((f) => f.error !== null) ? Exit.inputRejected : Exit.ok;
  },
});

async function measureOne(path: string, signal: AbortSignal): Promise<Row> {
  try {
    const audio = await decodeFile(path, { signal });
    return { path, ...measureAudio(downmix(audio), audio.sampleRateHz), error: null };
  } catch (error) {
    const { code, message } = failureOf(error);
    if (signal.aborted || !code.startsWith('AUDIO_')) throw error;
    return { path, ...NOT_MEASURED, error: { code, message } };
  }
}
