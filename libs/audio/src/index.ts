// The public surface. A name here is a promise; groups follow the order of the pipeline.
export { AUDIO_ADVICE, AudioError, type AudioErrorCode, type AudioWarning, type AudioWarningCode } from './errors.js';
export { type AudioProbe, type PcmAudio, type SampleRange } from './pcm.js';
export { probeFile, type ProbeOptions } from './file/probe-file.js';
export { decodeFile, type DecodedFile, type DecodeOptions } from './file/decode-file.js';
export { type DecodedAudio, decodeWav } from './wav/decode-wav.js';
export { decodeMp3 } from './mp3/decode-mp3.js';
export { decodeFlac } from './flac/decode-flac.js';
export { encodeWav, type WavSampleFormat } from './wav/encode-wav.js';
export { downmix, type DownmixMode } from './mix/downmix.js';
export { resample, type ResampleQuality } from './resample/resample.js';
export { levelCurve } from './slice/level-curve.js';
export { planSlices } from './slice/plan-slices.js';
export { SLICE_PRESETS, type SliceOptions } from './slice/slice-options.js';
export { type AudioMeasurements, type AudioMeter, createMeter } from './measure/create-meter.js';
export { measureAudio } from './measure/measure-audio.js';
export { type Loudness } from './measure/loudness-meter.js';
export { analyzeLoudness, measureLoudness } from './measure/measure-loudness.js';
export { measureTruePeak } from './measure/measure-true-peak.js';
