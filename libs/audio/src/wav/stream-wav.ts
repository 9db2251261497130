import { AudioError } from '../errors.js';
import { type AllotFor, allotFresh, type BlockSource } from '../file/audio-stream.js';
import { parseSource, type ReadAt } from '../file/byte-requests.js';
import { adpcmSamples, decodeAdpcm } from './adpcm.js';
import { parseWavHeader, type WavHeader } from './wav-header.js';
import { decodeWavBlocks } from './wav-samples.js';

/** Bytes read at a time; a whole number of blocks near it. */
const READ_BYTES = 1 << 18;

/**
 * Opens a WAV file for decoding piece by piece.
 * @param blockSamples - Samples a block where the coding allows it; else as many as {@link READ_BYTES} hold.
 * @param allotFor - Gives the arrays to write to; by default fresh ones for each block.
 * @throws {AudioError} AUDIO_EMPTY, AUDIO_FORMAT_UNKNOWN, AUDIO_CORRUPT, AUDIO_TRUNCATED or AUDIO_CODEC_UNSUPPORTED.
 */
export async function openWav(readAt: ReadAt, fileBytes: number, { signal, blockSamples, allotFor = allotFresh }: {
  readonly signal?: AbortSignal | undefined; readonly blockSamples?: number | undefined; readonly allotFor?: AllotFor | undefined;
} = {}): Promise<BlockSource> {
  const header = await parseSource(parseWavHeader(fileBytes), readAt, signal);
  const samples = decodableSamples(header);
  const warnings = [...header.warnings];
  return { sampleRateHz: header.sampleRateHz, channels: header.channels, lengthSamples: samples, warnings, blocks: blocks() };

  async function* blocks(): AsyncGenerator<Float32Array[], void, undefined> {
    const allot = allotFor(header.channels, samples), scratch = new Uint8Array(Math.min(READ_BYTES + header.blockBytes, header.dataBytes));
    const step = (header.adpcm === null && blockSamples !== undefined ? Math.min(blockSamples, READ_BYTES) : Math.max(1, Math.floor(READ_BYTES / header.blockBytes))) * header.blockBytes;
    const notNumbers: NotNumbers = { count: 0, firstSample: 0 };
    for (let done = 0, at = 0; done < header.dataBytes && at < samples; done += step) {
      signal?.throwIfAborted();
      const piece = await readAt(header.dataOffset + done, Math.min(step, header.dataBytes - done), scratch);
      if (piece.length === 0) { warnings.push({ code: 'AUDIO_TRUNCATED', message: `the file became shorter while it was read, after ${at} samples` }); break; }
      const count = Math.min(samples - at, header.adpcm === null ? Math.floor(piece.length / header.blockBytes) : adpcmSamples(piece.length, header.blockBytes, header.adpcm, header.channels));
      if (count === 0) break;
      const block = allot(count);
      if (header.adpcm === null) note(notNumbers, decodeWavBlocks(piece, header, block, 0), at);
      else decodeAdpcm(piece, header.blockBytes, header.adpcm, block);
      at += count;
      yield block;
    }
    if (notNumbers.count > 0) warnings.push(notNumbersWarning(notNumbers, header.sampleRateHz));
  }
}

type NotNumbers = { count: number; firstSample: number };
function note(all: NotNumbers, piece: { readonly replaced: number; readonly first: number }, at: number): void {
  if (piece.replaced > 0 && all.count === 0) all.firstSample = at + piece.first;
  all.count += piece.replaced;
}

/** Says how many values were no numbers, and where the first is. */
export function notNumbersWarning({ count, firstSample }: NotNumbers, sampleRateHz: number): BlockSource['warnings'][number] {
  return { code: 'AUDIO_VALUES_REPLACED', message: `${count} samples were not finite numbers; they became 0 (the first at sample ${firstSample}, ${(firstSample / sampleRateHz).toFixed(3)} s)` };
}

/** Samples per channel. @throws {AudioError} AUDIO_CODEC_UNSUPPORTED or AUDIO_EMPTY. */
export function decodableSamples({ samples, codec, dataOffset }: WavHeader): number {
  if (samples === null) throw new AudioError('AUDIO_CODEC_UNSUPPORTED', `WAV codec ${codec} is not decoded here`, { codec });
  if (samples === 0) throw new AudioError('AUDIO_EMPTY', 'the WAV file has a header but no samples', { byteOffset: dataOffset });
  return samples;
}
