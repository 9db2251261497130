import { AudioError, decodeBlocks, downmix, probeFile } from '@voxtune/audio';
import { PROMPT_LIMITS_SEC } from '@voxtune/inference-client';
import { ServingError } from '../errors.js';

const CONTAINERS: readonly string[] = ['wav', 'flac', 'mp3']; // what is decoded here, without a program that might open more than it is given
const QUIETEST = 0.01; // ours: a peak below −40 dBFS is no voice

const refuse = (message: string): ServingError => new ServingError('SERVING_UPLOAD_INVALID', message, { param: 'audio_sample' });

/**
 * Reads prompt audio that came from outside: WAV, FLAC or MP3 by its content, 3 to 10 s, not silent. Decoding stops at the limit, whatever the headers promise.
 * @returns One channel, −1…1.
 * @throws {ServingError} SERVING_UPLOAD_INVALID
 */
export async function readPromptAudio(path: string): Promise<{ readonly samples: Float32Array; readonly sampleRateHz: number; readonly durationSec: number }> {
  const { min, max } = PROMPT_LIMITS_SEC;
  try {
    const { container, sampleRateHz, channels } = await probeFile(path, { ffmpegPath: null });
    if (!CONTAINERS.includes(container)) throw refuse(`audio_sample is ${container}; WAV, FLAC and MP3 are taken`);
    if (channels > 2) throw refuse(`audio_sample has ${channels} channels; one or two are taken`);
    const { blocks } = await decodeBlocks(path, { ffmpegPath: null });
    const pieces: Float32Array[] = [];
    let length = 0;
    for await (const block of blocks) {
      const piece = downmix({ sampleRateHz, channels: [...block] });
      pieces.push(piece);
      length += piece.length;
      if (length > max * sampleRateHz) throw refuse(`audio_sample is longer than ${max} s; the engine takes ${min} to ${max} s`);
    }
    const durationSec = length / sampleRateHz;
    if (durationSec < min) throw refuse(`audio_sample has ${durationSec.toFixed(2)} s; the engine takes ${min} to ${max} s`);
    const samples = new Float32Array(length);
    let at = 0;
    for (const piece of pieces) {
      samples.set(piece, at);
      at += piece.length;
    }
    if (!samples.some((value) => Math.abs(value) > QUIETEST)) throw refuse('audio_sample is silent');
    return { samples, sampleRateHz, durationSec };
  } catch (error) {
    if (!(error instanceof AudioError)) throw error;
    throw refuse(`audio_sample cannot be read: ${error.message.replaceAll(path, 'it')}`);
  }
}
