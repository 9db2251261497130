import { fork } from 'node:child_process';
import { createReadStream, existsSync, readFileSync, writeFileSync } from 'node:fs';
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

/** @returns {Row[]} */
export function speakerRows({ createSpeakerEncoder, python, models, speech, speechPath, closing }) {
  const rate = 22050, model = models === undefined ? undefined : join(models, 'speaker-ge2e/ge2e.onnx');
  const skip = model === undefined || !existsSync(model) ? 'no speaker-ge2e in ../shared/models' : undefined;
  const clips = Array.from({ length: 1000 }, (_, i) => [Math.floor((i * (speech.length - 3 * rate)) / 1000), Math.round((1 + (i % 20) / 10) * rate)]); // 1 to 2.9 s
  let encoder;
  const open = async () => { encoder = await createSpeakerEncoder({ model }); closing.push(() => encoder.dispose()); return encoder; };
  return [{
    id: 'speaker', work: 'speaker embeddings (GE2E) of 1000 clips of 1 to 2.9 s at 22.05 kHz, one thread', against: 'onnxruntime and soxr in Python', must: 1.05, aim: 0.9, rounds: 2, skip,
    ours: async () => { const all = []; for (const [start, length] of clips) all.push(await (encoder ?? await open()).embed(speech.subarray(start, start + length), rate)); return all; },
    peer: () => python.ask({ job: 'speaker', model, path: speechPath, rate, clips }),
    check: (a, b) => {
      const worst = Math.max(...a.flatMap((embedding, i) => b[i].map((value, j) => Math.abs(embedding[j] - value))));
      expect(worst < 2e-3, `embeddings differ by up to ${worst}`);
      return `values within ${worst.toExponential(1)}`;
    },
  }];
}

/** The report of 2000 sentences in a browser, from the file to the last row laid out; beside a bar instead of a peer. @returns {Row[]} */
export function reportRows({ evaluation, work, closing }) {
  const BAR_SEC = 2, chromium = '/usr/bin/chromium';
  let browser, path;
  const open = async () => {
    const { chromium: driver } = await import('playwright-core');
    browser = await driver.launch({ executablePath: chromium, args: ['--no-sandbox'] });
    closing.push(() => browser.close());
    path = join(work, 'report.html');
    writeFileSync(path, await reportOf(2000, evaluation));
    return browser;
  };
  return [{
    id: 'report', work: 'the report of 2000 sentences opens in Chromium', against: 'a bar of 2 s', must: 1, aim: 0.5, rounds: 3, skip: existsSync(chromium) ? undefined : 'no /usr/bin/chromium',
    ours: async () => {
      const page = await (browser ?? await open()).newPage();
      const start = performance.now();
      await page.goto(pathToFileURL(path).href, { waitUntil: 'load' });
      const rows = await page.evaluate(() => { document.body.getBoundingClientRect(); return document.querySelectorAll('.sentences tbody tr').length; });
      const wallSec = (performance.now() - start) / 1000;
      await page.close();
      return { wallSec, cpuSec: wallSec, result: rows };
    },
    peer: async () => ({ wallSec: BAR_SEC, cpuSec: BAR_SEC, result: 2000 }),
    check: (rows) => { expect(rows === 2000, `${rows} rows`); return `${(readFileSync(path).length / 1e6).toFixed(1)} MB`; },
  }];
}

/** A report as the command writes it: figures of every sentence, a recogniser's words, sound and spectrograms of the worst. */
async function reportOf(count, { evaluateVoice, renderEvaluationSection, renderPage }) {
  const rate = 16000, clip = (n) => Float32Array.from({ length: 2 * rate }, (_, i) => (i < 1.8 * rate ? 0.3 : 0.0003) * Math.sin(i / (20 + n % 7)) * (0.6 + 0.4 * Math.sin(i / 900)));
  const clips = Array.from({ length: 7 }, (_, n) => clip(n)), samples = (id) => ({ samples: clips[Number(id.slice(1)) % 7], sampleRateHz: rate });
  const report = await evaluateVoice({
    sentences: Array.from({ length: count }, (_, i) => ({ id: `s${i}`, text: `Sentence number ${i}: thank you for calling customer service, how may I help you today?`, language: 'en' })), judged: true,
    synthesize: async (_, __, { id }) => ({ ...samples(id), elapsedSec: 1 }),
    transcribe: async (_, language) => ({ text: `sentence number thank you for calling customer how may I help you ${language}`, model: 'bench' }),
  });
  const wav = `data:audio/wav;base64,${Buffer.alloc(128_000).toString('base64')}`, worst = new Set(report.sentences.slice(0, 300).map(({ id }) => id)); // 38 MB of sound, near the command's limit
  return renderPage({ title: 'bench', subtitle: `${count} sentences`, sections: [renderEvaluationSection(report, { samples, audio: (id) => (worst.has(id) ? wav : undefined) })] });
}
