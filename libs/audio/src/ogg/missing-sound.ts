import { type AudioWarning } from '../errors.js';

/** Counts of samples that are so far apart belong to different sounds: the longest packet of Opus (RFC 6716 §3.2). */
const SLACK_SEC = 0.12;

/** What is said of a file that decodes to less than its last page counts, though no page is missing: it was cut from a longer stream, or its count is wrong. */
export const missingSound = (promisedSamples: number | null, decodedSamples: number, sampleRateHz: number): readonly AudioWarning[] =>
  promisedSamples === null || promisedSamples - decodedSamples <= SLACK_SEC * sampleRateHz ? [] : [{
    code: 'AUDIO_TRUNCATED', message: `the last page counts ${(promisedSamples / sampleRateHz).toFixed(2)} s, of which ${(decodedSamples / sampleRateHz).toFixed(2)} s are in the file: it was cut from a longer stream, or the count is wrong`,
  }];
