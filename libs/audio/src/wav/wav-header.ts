import { AudioError, type AudioWarning } from '../errors.js';
import { type Adpcm, adpcmBlockSamples, adpcmSamples, MS_COEFFICIENTS } from './adpcm.js';
import { type ByteParser, fourCharacters as text, take } from '../file/byte-requests.js';

/** How the samples of a WAV file are coded. */
export type WavEncoding = 'pcm' | 'float' | 'mulaw' | 'alaw' | 'ima' | 'ms' | 'other';

/** What a WAV header says, after its lies were found out. */
export type WavHeader = {
  readonly encoding: WavEncoding;
  /** ffmpeg's name of the codec, or `wav_0x…` for a format tag without one here. */
  readonly codec: string;
  readonly sampleRateHz: number;
  readonly channels: number;
  /** Bits that a stored sample takes (a multiple of 8). */
  readonly containerBits: number;
  /** Byte offset of the first sample. */
  readonly dataOffset: number;
  /** Bytes of whole sample blocks really there. */
  readonly dataBytes: number;
  /** Bytes of one sample of all channels, or of one ADPCM block. */
  readonly blockBytes: number;
  /** Set where blocks hold many samples. */
  readonly adpcm: Adpcm | null;
  /** Samples per channel really there; null when the codec is not one sample a block. */
  readonly samples: number | null;
  readonly warnings: readonly AudioWarning[];
};

/** Format tags: Microsoft mmreg.h. */
const FORMAT_TAGS: Readonly<Record<number, WavEncoding>> = { 1: 'pcm', 2: 'ms', 3: 'float', 6: 'alaw', 7: 'mulaw', 0x11: 'ima' };
/** Codecs whose blocks hold many samples. */
const isAdpcm = (encoding: WavEncoding): encoding is 'ima' | 'ms' => encoding === 'ima' || encoding === 'ms';
/** A header that says more is a lie: bytes of a format chunk read (18, 20 or 50 for ADPCM, 40 for extensible). */
const FORMAT_BYTES = 1024;
/** Largest rate and channel count taken for true. */
const MOST_RATE_HZ = 10_000_000, MOST_CHANNELS = 1024;
const EXTENSIBLE_TAG = 0xfffe;
/** Sizes from here on (2 GiB less 64 KiB) that exceed the file are a writer's "not known yet", as of pipes. */
const UNKNOWN_SIZE_FROM = 0x7fff0000;
/** Chunks before the data are skipped; more than this many is not a WAV file. */
const MOST_CHUNKS = 1000;

type Format = { encoding: WavEncoding; tag: number; sampleRateHz: number; channels: number; bits: number; blockBytes: number; adpcm: Adpcm | null };

/**
 * Finds format and data of a RIFF, RF64, BW64 or W64 WAV file whose size fields may lie.
 * @param fileBytes - True length of the file in bytes.
 * @returns The header; `warnings` name a data chunk that is cut off or whose size is unknown.
 * @throws {AudioError} AUDIO_FORMAT_UNKNOWN when it is no WAV file, AUDIO_CORRUPT when format or data are missing or senseless.
 */
export function* parseWavHeader(fileBytes: number): ByteParser<WavHeader> {
  const head = yield* take(0, 40), wide = isW64(head);
  if (!wide && (!['RIFF', 'RF64', 'BW64'].includes(text(head, 0)) || text(head, 8) !== 'WAVE')) {
    throw new AudioError('AUDIO_FORMAT_UNKNOWN', 'not a WAV file: it does not start with RIFF … WAVE', { byteOffset: 0 });
  }
  let format: Format | undefined;
  let longDataBytes: number | undefined, factSamples: number | undefined;
  const headBytes = wide ? 24 : 8;
  let offset = wide ? 40 : 12;
  for (let chunk = 0; chunk < MOST_CHUNKS && offset + headBytes <= fileBytes; chunk++) {
    const header = yield* take(offset, headBytes);
    const id = text(header, 0);
    const size = wide ? Math.max(0, Number(header.getBigUint64(16, true)) - headBytes) : header.getUint32(4, true);
    const body = offset + headBytes;
    if (id === 'ds64') {
      const ds64 = yield* take(body, Math.min(size, 24));
      if (ds64.byteLength >= 16) longDataBytes = Number(ds64.getBigUint64(8, true));
    } else if (id === 'fmt ') {
      format = parseFormat(yield* take(body, Math.min(size, FORMAT_BYTES)), body);
    } else if (id === 'fact') {
      const fact = yield* take(body, Math.min(size, 4));
      if (fact.byteLength === 4) factSamples = fact.getUint32(0, true);
    } else if (id === 'data') {
      if (format === undefined) throw new AudioError('AUDIO_CORRUPT', 'the WAV file has no format chunk before its data', { byteOffset: offset });
      const declared = size === 0xffffffff && longDataBytes !== undefined ? longDataBytes : size;
      return finish(format, body, declared, fileBytes, factSamples);
    }
    offset = body + size + (wide ? (8 - (size % 8)) % 8 : size % 2);
  }
  throw new AudioError('AUDIO_TRUNCATED', 'the WAV file has no data chunk', { fileBytes, byteOffset: Math.min(offset, fileBytes) });
}

/** Sony Wave64: ids are GUIDs that begin with the letters of RIFF's, sizes have 64 bits and count their own 24 bytes, chunks start at multiples of 8 (Sonic Foundry, Wave64 file format, 2001). */
const isW64 = (head: DataView): boolean => text(head, 0) === 'riff' && text(head, 24) === 'wave' && head.getUint32(4, true) === W64_RIFF;
/** What follows the letters in the GUID of the whole. */
const W64_RIFF = 0x11cf912e;

function parseFormat(chunk: DataView, byteOffset: number): Format {
  if (chunk.byteLength < 16) throw new AudioError('AUDIO_CORRUPT', `the WAV format chunk has ${chunk.byteLength} bytes, at least 16 are needed`, { byteOffset });
  let tag = chunk.getUint16(0, true);
  if (tag === EXTENSIBLE_TAG && chunk.byteLength >= 26) tag = chunk.getUint16(24, true); // first two bytes of the sub-format GUID
  const channels = chunk.getUint16(2, true);
  const sampleRateHz = chunk.getUint32(4, true);
  const bits = chunk.getUint16(14, true);
  const encoding = FORMAT_TAGS[tag] ?? 'other';
  const declaredBlock = chunk.getUint16(12, true);
  if (channels === 0 || sampleRateHz === 0 || channels > MOST_CHANNELS || sampleRateHz > MOST_RATE_HZ) {
    throw new AudioError('AUDIO_CORRUPT', `the WAV header says ${channels} channels at ${sampleRateHz} Hz`, { channels, sampleRateHz, byteOffset: byteOffset + 2 });
  }
  if (isAdpcm(encoding)) {
    const samplesPerBlock = adpcmBlockSamples(encoding, declaredBlock, channels);
    if (samplesPerBlock === 0 || bits !== 4) throw new AudioError('AUDIO_CORRUPT', `WAV ADPCM with ${bits} bits a sample in blocks of ${declaredBlock} bytes`, { byteOffset: byteOffset + 12 });
    return { encoding, tag, sampleRateHz, channels, bits, blockBytes: declaredBlock, adpcm: { kind: encoding, samplesPerBlock, coefficients: msCoefficients(chunk) } };
  }
  // A wider block than the bits need is a left-justified container (24 in 32); a narrower or uneven one is a lie.
  const needed = Math.ceil(bits / 8) * channels;
  const blockBytes = encoding === 'other' || (declaredBlock >= needed && declaredBlock % channels === 0) ? declaredBlock : needed;
  return { encoding, tag, sampleRateHz, channels, bits, blockBytes, adpcm: null };
}

/** The predictors that the format chunk lists (after 22 bytes), else the seven standard ones. */
function msCoefficients(chunk: DataView): Adpcm['coefficients'] {
  const count = chunk.byteLength >= 22 ? chunk.getUint16(20, true) : 0;
  if (count === 0 || chunk.byteLength < 22 + 4 * count) return MS_COEFFICIENTS;
  return Array.from({ length: count }, (_, i) => [chunk.getInt16(22 + 4 * i, true), chunk.getInt16(24 + 4 * i, true)] as const);
}

function finish(format: Format, dataOffset: number, declared: number, fileBytes: number, factSamples: number | undefined): WavHeader {
  const { encoding, tag, sampleRateHz, channels, blockBytes, adpcm } = format;
  const containerBits = encoding === 'other' || isAdpcm(encoding) ? format.bits : (blockBytes / channels) * 8;
  const known = { pcm: [8, 16, 24, 32], float: [32, 64], mulaw: [8], alaw: [8] } as const;
  if (encoding !== 'other' && !isAdpcm(encoding) && !(known[encoding] as readonly number[]).includes(containerBits)) {
    throw new AudioError('AUDIO_CODEC_UNSUPPORTED', `WAV ${encoding} with ${containerBits} bits a sample`, { containerBits });
  }
  const there = Math.max(0, fileBytes - dataOffset);
  const warnings: AudioWarning[] = [];
  const bytesPerSecond = (blockBytes / (adpcm?.samplesPerBlock ?? 1)) * sampleRateHz;
  let dataBytes = declared;
  if ((declared === 0 && there > 0) || (declared > there && declared >= UNKNOWN_SIZE_FROM)) {
    dataBytes = there;
    warnings.push({ code: 'AUDIO_SIZE_UNKNOWN', message: `the header does not know the length of its audio; all ${there} bytes to the end of the file were taken` });
  } else if (declared > there) {
    dataBytes = there;
    const lost = (declared - there) / bytesPerSecond;
    warnings.push({ code: 'AUDIO_TRUNCATED', message: `the file ends ${lost.toFixed(2)} s before its audio does (${there} of ${declared} bytes are there)` });
  }
  if (adpcm !== null) {
    // A last block is padded; the fact chunk says how many of its samples are meant.
    const there = adpcmSamples(dataBytes, blockBytes, adpcm, channels);
    const samples = factSamples !== undefined && factSamples > 0 && factSamples < there && there - factSamples < adpcm.samplesPerBlock ? factSamples : there;
    return { encoding, codec: codecName(encoding, tag, containerBits), sampleRateHz, channels, containerBits, dataOffset, blockBytes, adpcm, dataBytes, samples, warnings };
  }
  const blocks = encoding === 'other' ? null : Math.floor(dataBytes / blockBytes);
  return {
    encoding, codec: codecName(encoding, tag, containerBits), sampleRateHz, channels, containerBits, dataOffset, blockBytes, adpcm,
    dataBytes: blocks === null ? dataBytes : blocks * blockBytes, samples: blocks, warnings,
  };
}

function codecName(encoding: WavEncoding, tag: number, bits: number): string {
  if (encoding === 'pcm') return bits === 8 ? 'pcm_u8' : `pcm_s${bits}le`;
  if (encoding === 'float') return `pcm_f${bits}le`;
  if (isAdpcm(encoding)) return `adpcm_${encoding}${encoding === 'ima' ? '_wav' : ''}`;
  return encoding === 'other' ? `wav_0x${tag.toString(16).padStart(4, '0')}` : `pcm_${encoding}`;
}
