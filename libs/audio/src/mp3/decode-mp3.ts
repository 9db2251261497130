import { AudioError, type AudioWarning } from '../errors.js';
import { type DecodedAudio } from '../wav/decode-wav.js';
import { MP3_DECODER_DELAY } from './mp3-tag.js';
import { type Mp3Scan, scanMp3 } from './scan-mp3.js';

/** Bytes handed to the decoder before others get a turn. */
const PIECE_BYTES = 1 << 18;

/**
 * Decodes an MP3 file with mpg123 (WASM), sample-exact: encoder delay and padding that a LAME tag names are left out.
 * @param bytes - The whole file.
 * @returns One channel for mono files; `warnings` name lost ends and stray bytes.
 * @throws {AudioError} AUDIO_FORMAT_UNKNOWN without a frame, AUDIO_CORRUPT when frames do not decode; or the signal's reason.
 */
export async function decodeMp3(bytes: Uint8Array, signal?: AbortSignal): Promise<DecodedAudio> {
  const scan = scanMp3(bytes);
  if (scan === null) throw new AudioError('AUDIO_FORMAT_UNKNOWN', 'no MP3 frame found');
  if (scan.frames === 0) throw new AudioError(scan.cutFrame ? 'AUDIO_TRUNCATED' : 'AUDIO_EMPTY', 'the MP3 file holds no whole frame of audio');
  const expected = scan.frames * scan.first.samples;
  const wanted = audibleRange(scan, expected);
  const { channels, got } = await decodeRuns(bytes, scan, wanted, signal);
  const warnings = describeLoss(scan);
  if (got === 0) throw new AudioError('AUDIO_CORRUPT', `none of ${scan.frames} MP3 frames could be decoded`);
  if (got < expected) warnings.push({ code: 'AUDIO_CORRUPT', message: `${expected - got} of ${expected} samples could not be decoded` });
  const { start, end } = audibleRange(scan, got);
  if (end <= start) throw new AudioError('AUDIO_EMPTY', 'the MP3 file holds only the encoder’s padding');
  return { sampleRateHz: scan.first.sampleRateHz, channels: channels.map((channel) => (channel.length === end - start ? channel : channel.slice(0, end - start))), warnings };
}

/** Decodes everything and keeps the samples of a range: copied once, for a long file's memory is dear. */
async function decodeRuns(bytes: Uint8Array, scan: Mp3Scan, { start, end }: { readonly start: number; readonly end: number }, signal: AbortSignal | undefined): Promise<{ channels: Float32Array[]; got: number }> {
  const { MPEGDecoder } = await import('mpg123-decoder');
  const decoder = new MPEGDecoder({ enableGapless: false }); // the tag's frame is not fed; trimming is ours
  await decoder.ready;
  try {
    const channels = Array.from({ length: scan.channels }, () => new Float32Array(Math.max(0, end - start)));
    const expected = scan.frames * scan.first.samples;
    let at = 0;
    for (const run of scan.runs) {
      for (let p = run.start; p < run.end; p += PIECE_BYTES) {
        signal?.throwIfAborted();
        const { channelData, samplesDecoded } = decoder.decode(bytes.subarray(p, Math.min(run.end, p + PIECE_BYTES)));
        const room = Math.min(samplesDecoded, expected - at);
        const first = Math.max(0, start - at), last = Math.min(room, end - at);
        channels.forEach((channel, c) => { const from = channelData[c]; if (from !== undefined && last > first) channel.set(from.subarray(first, last), at + first - start); });
        at += room;
        await new Promise((resolve) => setImmediate(resolve));
      }
    }
    return { channels, got: at };
  } finally {
    decoder.free();
  }
}

function audibleRange({ tag, frames, cutFrame }: Mp3Scan, samples: number): { start: number; end: number } {
  if (tag === null || tag.encoderDelay === null || tag.encoderPadding === null) return { start: 0, end: samples };
  const start = tag.encoderDelay + MP3_DECODER_DELAY;
  const whole = !cutFrame && (tag.frames === null || frames >= tag.frames);
  return { start, end: whole ? samples - Math.max(0, tag.encoderPadding - MP3_DECODER_DELAY) : samples };
}

function describeLoss({ tag, frames, first, cutFrame, strayBytes }: Mp3Scan): AudioWarning[] {
  const warnings: AudioWarning[] = [];
  const missing = (tag?.frames ?? frames) - frames;
  if (missing > 0 || cutFrame) {
    const lost = (Math.max(missing, 1) * first.samples) / first.sampleRateHz;
    const amount = missing > 0 ? `${missing} of ${tag!.frames} frames (${lost.toFixed(2)} s) are missing` : 'its last frame is cut off';
    warnings.push({ code: 'AUDIO_TRUNCATED', message: `the MP3 file ends before its audio does: ${amount}` });
  }
  if (strayBytes > 0) warnings.push({ code: 'AUDIO_CORRUPT', message: `${strayBytes} bytes between the MP3 frames belong to none and were skipped` });
  return warnings;
}
