import { fork } from 'node:child_process';
import { createReadStream, existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { timed } from './compare.mjs';

/** @typedef {import('./compare.mjs').Row} Row */
// Bars are the project's goals; see docs/performance.md.

const PAIRS = [[44100, 32000, 2.5], [48000, 16000, 4.5], [22050, 32000, 2.5]];
const khz = (rate) => `${rate / 1000}`;
const expect = (condition, message) => { if (!condition) throw new Error(message); };

/** @returns {Row[]} */
export function resampleRows({ audio, python, samplesAt, rawAt, perHour }) {
  const row = (quality, peerQuality, must, aim) => ([from, to, own]) => ({
    id: `resample-${quality}`, work: `resample ${khz(from)} → ${khz(to)} kHz, \`${quality}\``, against: `soxr ${peerQuality}`, must: must ?? own, aim, ...perHour,
    ours: () => audio.resample(samplesAt(from), from, to, { quality }).length,
    peer: () => python.ask({ job: 'soxr', path: rawAt(from), from, to, quality: peerQuality }),
    check: (a, b) => { expect(Math.abs(a - b) <= 1, `lengths differ: ${a}, ${b}`); return ''; },
  });
  return [...PAIRS.map(row('high', 'HQ', undefined, 1)), ...PAIRS.map(row('best', 'VHQ', 6, 1.5))];
}

/** @returns {Row[]} */
export function plainRows({ python, rawAt, perHour, closing }) {
  let child;
  const start = () => { child = fork(new URL('plain-child.mjs', import.meta.url)); closing.push(() => child.disconnect()); return child; };
  const ask = (job) => new Promise((answer, fail) => {
    const to = child ?? start(), ended = () => fail(new Error('the process ended'));
    to.once('exit', ended).once('message', (run) => { to.off('exit', ended); answer(run); }).send(job);
  });
  return PAIRS.map(([from, to]) => ({
    id: 'resample-plain', work: `resample ${khz(from)} → ${khz(to)} kHz, \`high\`, without SIMD`, against: 'soxr HQ', must: 30, aim: 15, rounds: 3, ...perHour,
    ours: () => ask({ path: rawAt(from), from, to }),
    peer: () => python.ask({ job: 'soxr', path: rawAt(from), from, to, quality: 'HQ' }),
  }));
}

/** @returns {Row[]} */
export function decodeRows({ audio, python, ffmpeg, files, npmPeers, perHour }) {
  const skip = ffmpeg === null ? 'no ffmpeg on the PATH' : undefined;
  const formats = [['wav', null, null], ['mp3', 2.8, 1.5], ['flac', 1.6, 1.5]];
  const rows = formats.map(([format, must, aim]) => ({
    id: `decode-${format}`, work: `decode ${format}, stereo 44.1 kHz`, against: 'ffmpeg to /dev/null', must, aim, rounds: 5, ...perHour, skip,
    ours: async () => { const { channels, warnings } = await audio.decodeFile(files[format], { ffmpegPath: null }); expect(warnings.length === 0, warnings[0]?.message); return channels[0].length; },
    peer: () => python.ask({ job: 'command', command: [ffmpeg, '-nostdin', '-v', 'error', '-threads', '1', '-i', files[format], '-f', 'f32le', '-y', '/dev/null'] }),
    check: (length) => { expect(length === files.samples, `${length} samples, ${files.samples} were encoded`); return ''; },
  }));
  rows.splice(1, 0, {
    id: 'decode-wav', work: 'decode wav, stereo 44.1 kHz', against: 'audio-decode, streaming', must: 1, aim: 0.5, rounds: 5, ...perHour, skip: skip ?? npmPeers.reason,
    ours: async () => (await audio.decodeFile(files.wav, { ffmpegPath: null })).channels[0].length,
    peer: async () => {
      const { default: decodeStream } = await import(pathToFileURL(createRequire(join(npmPeers.folder, 'package.json')).resolve('audio-decode/stream')).href);
      return timed(async () => { let length = 0; for await (const { channelData } of decodeStream(createReadStream(files.wav), 'wav')) length += channelData[0]?.length ?? 0; return length; });
    },
    check: (a, b) => { expect(a === b, `lengths differ: ${a}, ${b}`); return ''; },
  });
  return rows;
}

/** @returns {Row[]} */
export function loudnessRows({ audio, python, ffmpeg, samplesAt, rawAt, perHour }) {
  const rate = 44100;
  return [
    {
      id: 'loudness', work: 'integrated loudness, mono 44.1 kHz', against: 'pyloudnorm', must: 0.5, aim: 0.2, ...perHour,
      ours: () => audio.measureLoudness(samplesAt(rate), rate),
      peer: () => python.ask({ job: 'loudness', path: rawAt(rate), rate }),
      check: (a, b) => { expect(Math.abs(a - b) < 0.2, `${a} and ${b} LUFS`); return `${a.toFixed(2)} and ${b.toFixed(2)} LUFS`; },
    },
    {
      id: 'loudness', work: 'integrated loudness and true peak, mono 44.1 kHz', against: 'ffmpeg ebur128=peak=true', must: 0.5, aim: 0.2, rounds: 5, ...perHour, skip: ffmpeg === null ? 'no ffmpeg on the PATH' : undefined,
      ours: () => [audio.measureLoudness(samplesAt(rate), rate), 20 * Math.log10(audio.measureTruePeak(samplesAt(rate)))],
      peer: () => python.ask({ job: 'command', command: [ffmpeg, '-nostdin', '-hide_banner', '-threads', '1', '-f', 'f32le', '-ar', String(rate), '-ac', '1', '-i', rawAt(rate), '-af', 'ebur128=peak=true:framelog=verbose', '-f', 'null', '-'] }),
      check: ([lufs, peak], log) => {
        const [, theirLufs] = /I:\s+(-?[\d.]+) LUFS/.exec(log) ?? [], [, theirPeak] = /Peak:\s+(-?[\d.]+) dBFS/.exec(log) ?? [];
        expect(Math.abs(lufs - theirLufs) < 0.2 && Math.abs(peak - theirPeak) < 0.3, `${lufs} LUFS and ${peak} dBTP; ffmpeg: ${theirLufs} and ${theirPeak}`);
        return `${lufs.toFixed(1)} and ${theirLufs} LUFS, ${peak.toFixed(1)} and ${theirPeak} dBTP`;
      },
    },
  ];
}

/** @returns {Row[]} */
export function sliceRows({ audio, python, checkout, samplesAt, rawAt, perHour }) {
  const rate = 32000;
  const options = { threshold: -34, min_length: 4000, min_interval: 300, hop_size: 10, max_sil_kept: 500 };
  return [{
    id: 'slice', work: 'slice, mono 32 kHz, the web page\'s settings', against: 'slicer2.py', must: 0.25, aim: 0.1, ...perHour,
    skip: checkout === undefined ? 'set GPT_SOVITS_DIR to a checkout of GPT-SoVITS' : existsSync(join(checkout, 'tools/slicer2.py')) ? undefined : `no tools/slicer2.py in ${checkout}`,
    ours: () => audio.planSlices(samplesAt(rate), rate, audio.SLICE_PRESETS.webui),
    peer: () => python.ask({ job: 'slice', checkout, path: rawAt(rate), rate, options }),
    check: (a, b) => { expect(JSON.stringify(a.map(({ start, end }) => [start, end])) === JSON.stringify(b.map(([start, end]) => [start, Math.min(end, samplesAt(rate).length)])), `the cuts differ: ${a.length} and ${b.length} slices`); return `${a.length} equal slices`; },
  }];
}

/** @returns {Row[]} */
export function fbankRows({ audio, python, samplesAt, rawAt, perHour }) {
  const rate = 16000;
  return [{
    id: 'fbank', work: 'Kaldi filter banks, 80 mel, 16 kHz', against: 'kaldi-native-fbank', must: 1, aim: 0.5, ...perHour,
    ours: () => audio.kaldiFbank(samplesAt(rate), rate),
    peer: () => python.ask({ job: 'fbank', path: rawAt(rate), rate }),
    check: ({ frames, size, values }, [theirFrames, middle]) => {
      expect(frames === theirFrames && size === middle.length, `${frames} × ${size} and ${theirFrames} × ${middle.length} values`);
      const worst = Math.max(...middle.map((value, k) => Math.abs(value - values[Math.floor(frames / 2) * size + k])));
      expect(worst < 0.02, `a frame differs by up to ${worst}`);
      return `${frames} frames`;
    },
  }];
}

/** @returns {Row[]} */
export function textRows({ text, python, pairs, pairsPath }) {
  return [{
    id: 'error-rates', work: `WER and CER of ${pairs.length} pairs`, against: 'jiwer', must: 0.2, aim: 0.08,
    ours: () => text.corpusErrorRate(pairs, { language: 'en', normalizer: 'none' }).micro,
    peer: () => python.ask({ job: 'jiwer', path: pairsPath }),
    check: ({ wer, cer }, [theirWer, theirCer]) => { expect(Math.abs(wer - theirWer) + Math.abs(cer - theirCer) < 1e-9, `${wer}, ${cer}; jiwer: ${theirWer}, ${theirCer}`); return `both ${(100 * wer).toFixed(2)} % and ${(100 * cer).toFixed(2)} %`; },
  }];
}

/** @returns {Row[]} */
export function dnsmosRows({ createDnsmos, python, models, clips, closing }) {
  const folder = models === undefined ? undefined : join(models, 'dnsmos');
  const skip = folder === undefined || !existsSync(join(folder, 'sig_bak_ovr.onnx')) ? 'no DNSMOS models in ../shared/models' : undefined;
  let scorer;
  const open = async () => {
    scorer = await createDnsmos({ p835: join(folder, 'sig_bak_ovr.onnx'), p808: join(folder, 'model_v8.onnx'), melVariant: 'librosa-0.11' });
    closing.push(() => scorer.dispose());
    return scorer;
  };
  return [{
    id: 'dnsmos', work: `DNSMOS P.835 and P.808 of ${clips.list.length} clips (${clips.seconds.toFixed(0)} s at ${khz(clips.rate)} kHz), one thread`, against: 'onnxruntime and librosa in Python', must: 1.05, aim: 0.6, rounds: 2, skip,
    ours: async () => { const scores = []; for (const { samples } of clips.list) scores.push(await (scorer ?? await open()).score(samples, clips.rate)); return scores; },
    peer: () => python.ask({ job: 'dnsmos', models: folder, paths: clips.list.map(({ path }) => path), rate: clips.rate }),
    check: (a, b) => {
      const worst = Math.max(...a.flatMap((score, i) => ['sig', 'bak', 'ovrl', 'p808'].map((name, j) => Math.abs(score[name] - b[i][j]))));
      expect(worst < 0.02, `scores differ by up to ${worst}`);
      return `scores within ${worst.toFixed(4)}`;
    },
  }];
}
