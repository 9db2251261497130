import { extname } from 'node:path';
import { encodeFlac, encodeWav, type PcmAudio, type WavSampleFormat } from '@voxtune/audio';
import { CliError } from './exit.js';

/** What an audio file is written as. */
export type AudioFormat = { readonly flac: true; readonly bitsPerSample: 16 | 24 } | { readonly flac: false; readonly format: WavSampleFormat };

/** Choices of `--bits`. */
export const BITS = ['8', '16', '24'] as const;

/** FLAC or WAV with so many bits. @throws {CliError} CLI_USAGE where they exclude each other. */
export function audioFormat(verb: string, { flac, bits, float }: { readonly flac: boolean; readonly bits: string | undefined; readonly float?: boolean | undefined }): AudioFormat {
  if (float === true && (flac || bits !== undefined)) throw new CliError('CLI_USAGE', `${verb}: --float excludes ${flac ? 'FLAC, which holds integers' : '--bits'}`);
  if (!flac) return { flac, format: float === true ? 'float32' : `pcm${(bits ?? '16') as (typeof BITS)[number]}` };
  if (bits === '8') throw new CliError('CLI_USAGE', `${verb}: FLAC is written with 16 or 24 bits, not 8`);
  return { flac, bitsPerSample: bits === '24' ? 24 : 16 };
}

/** Whether a name asks for FLAC. */
export const isFlacName = (path: string): boolean => extname(path).toLowerCase() === '.flac';

/** A whole file. */
export const encodeAs = (format: AudioFormat, audio: PcmAudio): Uint8Array => (format.flac ? encodeFlac(audio, { bitsPerSample: format.bitsPerSample }) : encodeWav(audio, { format: format.format }));
