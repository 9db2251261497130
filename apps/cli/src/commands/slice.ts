import { mkdir } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import {
  decodeFile, downmix, ENGINE_CLIP_RATE_HZ, engineClipName, formatEngineClip, planEngineClips, planSlices, planVadSlices, resample, type Slice, SLICE_PRESETS, type SliceOptions,
} from '@voxtune/audio';
import { writeFileAtomic } from '@voxtune/pipeline';
import { audioFormat, BITS, encodeAs } from '../audio-format.js';
import { defineCommand } from '../define-command.js';
import { CliError, Exit, exitCodeOf, failureOf } from '../exit.js';
import { expandPaths } from '../expand-paths.js';
import { openSpeechFinder } from '../speech-finder.js';
import { textTable } from '../render/table.js';

export default defineCommand({
  name: 'slice',
  summary: 'cut audio files at their silences, or around speech, into WAV or FLAC clips of the same rate, mono',
  positionals: [{ name: 'IN', help: 'audio files or folders', many: true }],
  flags: {
    out: { type: 'string', value: 'DIR', help: 'where the clips go (required)' },
    preset: { type: 'string', choices: Object.keys(SLICE_PRESETS), help: 'values of the flags below (default guide)' },
    threshold: { type: 'number', value: 'DBFS', min: -100, max: 0, help: 'below this level a hop is silence' },
    'min-length': { type: 'number', value: 'MS', min: 1, help: 'a piece is at least this long before it is cut' },
    'max-length': { type: 'number', value: 'MS', min: 1, help: 'no clip is longer' },
    'min-interval': { type: 'number', value: 'MS', min: 1, help: 'shortest silence to cut at' },
    'hop-size': { type: 'number', value: 'MS', min: 1, help: 'step of the level curve' },
    'max-sil-kept': { type: 'number', value: 'MS', min: 0, help: 'silence kept at both ends of a clip' },
    padding: { type: 'number', value: 'MS', min: 0, help: 'widen clips into the silence that was cut away (default 0)' },
    'merge-shorter': { type: 'number', value: 'MS', min: 0, help: 'merge clips shorter than this with a neighbour (default 0: none)' },
    'merge-gap': { type: 'number', value: 'MS', min: 0, help: 'longest silence that merging takes in (default 500)' },
    'as-engine': { type: 'boolean', help: "as the engine's tools/slice_audio.py: preset webui, 32 kHz, its levels (0.9, 0.25) and names" },
    vad: { type: 'boolean', help: 'cut around speech that the Silero model hears, instead of at silences' },
    models: { type: 'string', value: 'DIR', help: 'folder with the Silero model (for --vad)' },
    flac: { type: 'boolean', help: 'write FLAC instead of WAV' },
    bits: { type: 'string', choices: BITS, help: 'bits of a sample (default 16; FLAC: 16 or 24)' },
  },
  example: 'voxtune slice call.mp3 --out clips --max-length 10000',
  async run({ args, flags, out, signal, cwd }) {
    if (flags.out === undefined) throw new CliError('CLI_USAGE', 'slice: missing --out DIR');
    if (flags.vad && flags.models === undefined) throw new CliError('CLI_USAGE', 'slice: --vad needs --models DIR');
    if (flags.vad && flags['as-engine']) throw new CliError('CLI_USAGE', 'slice: --vad and --as-engine exclude each other');
    const asEngine = flags['as-engine'] === true;
    if (asEngine && (flags.flac || flags.bits !== undefined)) throw new CliError('CLI_USAGE', 'slice: --as-engine writes 16-bit WAV, as the engine does; leave out --flac and --bits');
    const format = audioFormat('slice', { flac: flags.flac === true, bits: flags.bits }), extension = format.flac ? '.flac' : '.wav';
    const outDir = resolve(cwd, flags.out);
    await mkdir(outDir, { recursive: true });
    const given = {
      thresholdDbfs: flags.threshold, minLengthMs: flags['min-length'], maxLengthMs: flags['max-length'], minIntervalMs: flags['min-interval'],
      hopSizeMs: flags['hop-size'], maxSilKeptMs: flags['max-sil-kept'],
      paddingMs: flags.padding, mergeShorterThanMs: flags['merge-shorter'], mergeGapMs: flags['merge-gap'],
    };
    const options: SliceOptions = { ...SLICE_PRESETS[(flags.preset ?? (asEngine ? 'webui' : 'guide')) as keyof typeof SLICE_PRESETS], ...Object.fromEntries(Object.entries(given).filter(([, v]) => v !== undefined)) };
    // The silence slicer's own defaults are not the detector's: only what was given counts there.
    const { thresholdDbfs, minLengthMs, maxLengthMs, minIntervalMs, paddingMs, mergeGapMs } = given;
    const vadOptions = { thresholdDbfs, minLengthMs, maxLengthMs: maxLengthMs ?? options.maxLengthMs, minIntervalMs, paddingMs, mergeGapMs };
    const clips: { path: string; recording: string; startSec: number; endSec: number; mergedFrom?: { startSec: number; endSec: number }[] }[] = [];
    const dropped: { recording: string; startSec: number; endSec: number | null; reason: string }[] = [];
    const names = new Set<string>();
    const recordings = await expandPaths(args, cwd);
    const speech = flags.vad ? await openSpeechFinder(resolve(cwd, flags.models!)) : null;
    for (const recording of recordings) {
      signal.throwIfAborted();
      try {
        const audio = await decodeFile(recording, { signal });
        const sampleRateHz = asEngine ? ENGINE_CLIP_RATE_HZ : audio.sampleRateHz;
        const samples = resample(downmix(audio), audio.sampleRateHz, sampleRateHz);
        const ranges: readonly (Slice & { readonly namedEnd?: number })[] = asEngine ? planEngineClips(samples, options)
          : speech === null ? planSlices(samples, sampleRateHz, options)
          : planVadSlices(samples, sampleRateHz, await speech.find(samples, sampleRateHz, signal), vadOptions);
        if (ranges.length === 0) dropped.push({ recording, startSec: 0, endSec: samples.length / sampleRateHz, reason: speech === null ? 'silence throughout' : 'no speech' });
        for (const { start, end, namedEnd = end, mergedFrom } of ranges) {
          const stem = engineClipName(basename(recording), { start, end, namedEnd }).slice(0, -'.wav'.length);
          let name = `${stem}${extension}`;
          for (let n = 2; names.has(name); n++) name = `${stem}_${n}${extension}`;
          names.add(name);
          const path = join(outDir, name);
          await writeFileAtomic(path, encodeAs(format, { sampleRateHz, channels: [asEngine ? formatEngineClip(samples.subarray(start, end)) : samples.subarray(start, end)] }));
          clips.push({ path, recording, startSec: start / sampleRateHz, endSec: end / sampleRateHz, ...(mergedFrom === undefined ? {} : { mergedFrom: mergedFrom.map((part) => ({ startSec: part.start / sampleRateHz, endSec: part.end / sampleRateHz })) }) });
        }
      } catch (error) {
        const { code, message } = failureOf(error);
        if (signal.aborted || !code.startsWith('AUDIO_') || exitCodeOf(code) === Exit.usage) throw error;
        dropped.push({ recording, startSec: 0, endSec: null, reason: `${code}: ${message}` });
      }
    }
    await speech?.dispose();
    if (out.json) out.data({ clips, dropped });
    else {
      out.print(textTable(['clip', 'from', 'to'], clips.map((c) => [c.path, c.startSec.toFixed(3), c.endSec.toFixed(3)]), [1, 2]));
      for (const { recording, reason } of dropped) out.print(`dropped ${recording}: ${reason}`);
    }
    return clips.length === 0 ? Exit.inputRejected : Exit.ok;
  },
});
