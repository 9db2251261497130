import { AudioError } from '../errors.js';
import { type ByteParser, fourCharacters, take } from '../file/byte-requests.js';
import { type AudioProbe } from '../pcm.js';

/** Largest moov box read, bytes: ten hours of AAC need about 10 MB. */
const MOST_MOOV_BYTES = 1 << 28;

type Box = { readonly type: string; readonly start: number; readonly end: number };

/**
 * Reads what an MP4 or QuickTime file says of its first audio track; the moov box may stand anywhere.
 * @throws {AudioError} AUDIO_TRUNCATED without a moov box, AUDIO_EMPTY without an audio track, AUDIO_CORRUPT for senseless boxes.
 */
export function* parseMp4Header(fileBytes: number): ByteParser<AudioProbe> {
  for (let offset = 0; offset + 8 <= fileBytes;) {
    const head = yield* take(offset, 16);
    const type = fourCharacters(head, 4);
    const short = head.getUint32(0);
    const size = short === 1 && head.byteLength >= 16 ? Number(head.getBigUint64(8)) : short === 0 ? fileBytes - offset : short;
    if (size < 8) throw new AudioError('AUDIO_CORRUPT', `the MP4 file has a box of ${size} bytes`, { offset });
    if (type === 'moov') {
      if (offset + size > fileBytes) throw new AudioError('AUDIO_TRUNCATED', 'the MP4 file ends inside its index (moov box)', { offset });
      if (size > MOST_MOOV_BYTES) throw new AudioError('AUDIO_CORRUPT', `the MP4 index takes ${size} bytes`, { offset });
      return parseMoov(yield* take(offset, size));
    }
    offset += size;
  }
  throw new AudioError('AUDIO_TRUNCATED', 'the MP4 file has no index (moov box): it was cut off, or recording never finished', { fileBytes });
}

function* boxes(data: DataView, start: number, end: number): Generator<Box> {
  for (let p = start; p + 8 <= end;) {
    const size = data.getUint32(p);
    if (size < 8 || p + size > end) return;
    yield { type: fourCharacters(data, p + 4), start: p + 8, end: p + size };
    p += size;
  }
}

function child(data: DataView, box: Box, ...path: string[]): Box | undefined {
  let here: Box | undefined = box;
  for (const type of path) {
    if (here === undefined) return undefined;
    here = [...boxes(data, here.start, here.end)].find((inner) => inner.type === type);
  }
  return here;
}

function parseMoov(data: DataView): AudioProbe {
  const moov: Box = { type: 'moov', start: 8, end: data.byteLength };
  const movieScale = timing(data, child(data, moov, 'mvhd'))?.scale ?? 0;
  for (const trak of boxes(data, moov.start, moov.end)) {
    if (trak.type !== 'trak') continue;
    const handler = child(data, trak, 'mdia', 'hdlr');
    if (handler === undefined || fourCharacters(data, handler.start + 8) !== 'soun') continue;
    const media = timing(data, child(data, trak, 'mdia', 'mdhd'));
    const stsd = child(data, trak, 'mdia', 'minf', 'stbl', 'stsd');
    if (stsd === undefined) break;
    const edited = editedSeconds(data, child(data, trak, 'edts', 'elst'), movieScale, media);
    const length = media === undefined || media.scale === 0 || media.duration === 0 ? null : media.duration / media.scale;
    return { container: 'm4a', ...sampleEntry(data, stsd), durationSec: edited ?? length };
  }
  throw new AudioError('AUDIO_EMPTY', 'the MP4 file has no audio track');
}

function timing(data: DataView, box: Box | undefined): { scale: number; duration: number } | undefined {
  if (box === undefined) return undefined;
  const wide = data.getUint8(box.start) === 1;
  const scale = data.getUint32(box.start + (wide ? 20 : 12));
  return { scale, duration: wide ? Number(data.getBigUint64(box.start + 24)) : data.getUint32(box.start + 16) };
}

/**
 * Length after the edit list, which leaves out encoder delay and padding. Edits are counted in ticks of the movie, often milliseconds; where one edit goes on to the end of the
 * media, the media's own ticks, which are samples, tell it exactly.
 */
function editedSeconds(data: DataView, elst: Box | undefined, movieScale: number, media: { scale: number; duration: number } | undefined): number | null {
  if (elst === undefined || movieScale === 0) return null;
  const wide = data.getUint8(elst.start) === 1, step = wide ? 20 : 12;
  const count = Math.min(data.getUint32(elst.start + 4), Math.floor((elst.end - elst.start - 8) / step));
  let total = 0, from = -1;
  for (let i = 0, p = elst.start + 8; i < count; i++, p += step) {
    total += wide ? Number(data.getBigUint64(p)) : data.getUint32(p);
    from = wide ? Number(data.getBigInt64(p + 8)) : data.getInt32(p + 4);
  }
  if (total === 0) return null;
  const exact = count !== 1 || from < 0 || media === undefined || media.scale === 0 ? null : (media.duration - from) / media.scale;
  return exact !== null && Math.abs(exact - total / movieScale) <= 1 / movieScale ? exact : total / movieScale;
}

const CODECS: Readonly<Record<string, string>> = { alac: 'alac', Opus: 'opus', fLaC: 'flac', 'ac-3': 'ac3', 'ec-3': 'eac3', '.mp3': 'mp3', samr: 'amr_nb', ulaw: 'pcm_mulaw', alaw: 'pcm_alaw', sowt: 'pcm_s16le', twos: 'pcm_s16be' };
const AAC_RATES = [96000, 88200, 64000, 48000, 44100, 32000, 24000, 22050, 16000, 12000, 11025, 8000, 7350];

function sampleEntry(data: DataView, stsd: Box): Pick<AudioProbe, 'codec' | 'sampleRateHz' | 'channels' | 'bitsPerSample'> {
  const entry = [...boxes(data, stsd.start + 8, stsd.end)][0];
  if (entry === undefined || entry.end - entry.start < 28) throw new AudioError('AUDIO_CORRUPT', 'the MP4 audio track does not describe its samples');
  const version = data.getUint16(entry.start + 8);
  const channels = data.getUint16(entry.start + 16);
  const sampleRateHz = data.getUint32(entry.start + 24) >>> 16;
  const extensions: Box = { ...entry, start: entry.start + 28 + (version === 1 ? 16 : version === 2 ? 36 : 0) };
  const esds = child(data, extensions, 'esds') ?? child(data, extensions, 'wave', 'esds');
  const aac = entry.type === 'mp4a' && esds !== undefined ? audioSpecificConfig(data, esds) : null;
  const bits = CODECS[entry.type]?.startsWith('pcm_') || entry.type === 'alac' ? data.getUint16(entry.start + 18) : null;
  return {
    codec: entry.type === 'mp4a' ? aac?.codec ?? 'aac' : CODECS[entry.type] ?? entry.type.trim(),
    sampleRateHz: aac?.sampleRateHz ?? sampleRateHz, channels: aac?.channels ?? channels, bitsPerSample: bits,
  };
}

/** Walks the MPEG-4 descriptors (ISO/IEC 14496-1 §7.2.6) to the AudioSpecificConfig (14496-3 §1.6.2.1). */
function audioSpecificConfig(data: DataView, esds: Box): { codec: string; sampleRateHz?: number; channels?: number } | null {
  let p = esds.start + 4;
  let codec = 'aac';
  while (p + 2 <= esds.end) {
    const tag = data.getUint8(p++);
    let size = 0;
    for (let more = true; more && p < esds.end;) { const byte = data.getUint8(p++); size = size * 128 + (byte & 127); more = byte >= 128; }
    if (tag === 3) { const flags = data.getUint8(p + 2); p += 3 + (flags & 0x80 ? 2 : 0) + (flags & 0x20 ? 2 : 0); continue; }
    if (tag === 4) { const kind = data.getUint8(p); if (kind === 0x69 || kind === 0x6b) codec = 'mp3'; p += 13; continue; }
    if (tag !== 5 || p + 2 > esds.end || size < 2) { p += size; continue; }
    const word = data.getUint16(p);
    const sampleRateHz = AAC_RATES[(word >> 7) & 15];
    const channels = [undefined, 1, 2, 3, 4, 5, 6, 8][(word >> 3) & 15];
    if (codec !== 'aac' || word >> 11 === 31) return { codec };
    return { codec, ...(sampleRateHz === undefined ? {} : { sampleRateHz }), ...(channels === undefined ? {} : { channels }) };
  }
  return { codec };
}
