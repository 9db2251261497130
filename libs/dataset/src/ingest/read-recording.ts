import { stat } from 'node:fs/promises';
import { type AudioMeter, createMeter, decodeBlocks, type measureAudio } from '@voxtune/audio';
import { explainAudioFailure, isAudioFailure } from '../audio-failure.js';
import { createLandmarks, type Landmarks } from '../duplicate/landmarks.js';
import type { Finding } from '../findings.js';
import type { RecordingEntry } from '../manifest.js';
import { checkRecording } from './recording-rules.js';
import { explainFileError } from './walk-folder.js';

/** Codes of @voxtune/audio that say what a file is; any other failure is a file that does not decode. */
const CODE_OF_AUDIO_ERROR: Readonly<Record<string, Finding['code']>> = {
  AUDIO_FORMAT_UNKNOWN: 'RECORDING_NOT_AUDIO',
  AUDIO_EMPTY: 'RECORDING_EMPTY',
  AUDIO_UNREADABLE: 'RECORDING_UNREADABLE',
  AUDIO_DECODER_MISSING: 'RECORDING_DECODER_MISSING',
};

/** What one file says of itself; `landmarks` is null where nothing was decoded. */
export type ReadRecording = Pick<RecordingEntry, 'format' | 'codec' | 'sampleRateHz' | 'channels' | 'durationSec' | 'sha256' | 'measurements' | 'findings'>;
export type HeardRecording = { readonly read: ReadRecording; readonly landmarks: Landmarks | null };
export type ReadOptions = { readonly measure?: typeof measureAudio | undefined; readonly ffmpegPath?: string | null | undefined; readonly signal?: AbortSignal | undefined };

/** An entry for what cannot be used. */
export const unusable = (code: Finding['code'], message: string, sha256: string | null = null): ReadRecording =>
  ({ format: null, codec: null, sampleRateHz: null, channels: null, durationSec: null, sha256, measurements: null, findings: [{ code, level: 'reject', message, value: null }] });

/** Samples that are decoded at a time. */
const BLOCK_SAMPLES = 1 << 16;

/** Decodes and measures one recording, in constant memory. What goes wrong with the file is a finding. */
export async function readRecording(path: string, sha256: string, { measure, ffmpegPath, signal }: ReadOptions): Promise<HeardRecording> {
  const none = (read: ReadRecording): HeardRecording => ({ read, landmarks: null });
  try {
    if ((await stat(path)).size === 0) return none(unusable('RECORDING_EMPTY', 'the file is empty (0 bytes)', sha256));
  } catch (error) {
    return none(unusable('RECORDING_UNREADABLE', explainFileError(error)));
  }
  try {
    const { container: format, codec, sampleRateHz, fileChannels: channels, blocks, warnings } = await decodeBlocks(path, { channel: 'mean', blockSamples: BLOCK_SAMPLES, ...(ffmpegPath === undefined ? {} : { ffmpegPath }), ...(signal === undefined ? {} : { signal }) });
    const meter = measure === undefined ? createMeter({ sampleRateHz, channels: 1 }) : wholeMeter(measure, sampleRateHz);
    const landmarks = createLandmarks(sampleRateHz);
    let count = 0;
    for await (const block of blocks) {
      meter.push(block);
      landmarks.push(block[0]!);
      count += block[0]!.length;
    }
    const durationSec = count / sampleRateHz;
    const measurements = { ...meter.end() };
    const damage = warnings().map(({ code, message }): Finding => ({ code: 'RECORDING_DAMAGED', level: 'warning', message, value: code }));
    const facts = { format, codec, sampleRateHz, channels, durationSec };
    return { read: { ...facts, sha256, measurements, findings: [...checkRecording({ ...facts, measurements }), ...damage] }, landmarks: landmarks.end() };
  } catch (error) {
    signal?.throwIfAborted();
    if (!isAudioFailure(error)) throw error;
    const code = CODE_OF_AUDIO_ERROR[error.code] ?? 'RECORDING_UNDECODABLE';
    const advice = code === 'RECORDING_DECODER_MISSING' && error.hint !== undefined ? ` — ${error.hint}` : '';
    return none(unusable(code, code === 'RECORDING_NOT_AUDIO' ? 'not audio: the content is of no known format, whatever the name says' : `${explainAudioFailure(error, path)}${advice}`, sha256));
  }
}

/** Measures the whole at its end by a caller's own function. */
function wholeMeter(measure: typeof measureAudio, sampleRateHz: number): Pick<AudioMeter, 'push' | 'end'> {
  const parts: Float32Array[] = [];
  return {
    push: (block) => { parts.push(block[0]!.slice()); },
    end() {
      const whole = new Float32Array(parts.reduce((sum, part) => sum + part.length, 0));
      parts.reduce((at, part) => { whole.set(part, at); return at + part.length; }, 0);
      return measure(whole, sampleRateHz);
    },
  };
}
