import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { decodeFile, downmix, encodeWav, measureAudio, planSlices, probeFile, resample } from '@voxtune/audio';

// A recording to work on: two bursts of a 200 Hz tone, 4 s each, with a pause of 1 s, in stereo.
const rate = 44100;
const channel = Float32Array.from({ length: 9 * rate }, (_, i) => (i < 4 * rate || i >= 5 * rate ? 0.5 * Math.sin((2 * Math.PI * 200 * i) / rate) : 0));
const folder = await mkdtemp(join(tmpdir(), 'voxtune-audio-'));
const path = join(folder, 'recording.wav');
await writeFile(path, encodeWav({ sampleRateHz: rate, channels: [channel, channel] }));

const probe = await probeFile(path); // headers only
const audio = await decodeFile(path); // WAV, MP3, FLAC, Ogg; M4A and more with ffmpeg
const mono = resample(downmix(audio), audio.sampleRateHz, 32000);
const clips = planSlices(mono, 32000).map(({ start, end }) => encodeWav({ sampleRateHz: 32000, channels: [mono.subarray(start, end)] }));
const { loudnessLufs, peakDbfs, f0MedianHz, snrDb } = measureAudio(mono, 32000);
await rm(folder, { recursive: true });

const results = [
  probe.container === 'wav' && probe.durationSec === 9 && probe.channels === 2,
  audio.warnings.length === 0, // what a damaged file lost is named here
  mono.length === 9 * 32000,
  clips.length === 2,
  Math.abs(peakDbfs! + 6.02) < 0.01 && Math.abs(loudnessLufs! + 10.1) < 0.2 && Math.abs(f0MedianHz! - 200) < 1,
  snrDb === null, // a steady tone and digital silence: there is no noise to measure
];
if (results.includes(false)) throw new Error(`unexpected results: ${JSON.stringify({ results, probe, peakDbfs, loudnessLufs, f0MedianHz, snrDb })}`);
