import { type ByteParser, fourCharacters, take } from '../file/byte-requests.js';
import { AudioError, type AudioWarning } from '../errors.js';
import { BEXT_BYTES, BEXT_LOUDNESS, BEXT_LOUDNESS_AT, BEXT_NO_FIGURE, BEXT_TEXTS, BEXT_TIME_AT, BEXT_VERSION_AT, type BroadcastExtension, type WavCue, type WavMetadata } from './wav-metadata.js';

/** Chunks looked at, bytes of one that are read, and texts or cue points of a list: more is damage. */
const MOST_CHUNKS = 1000, MOST_CHUNK_BYTES = 1 << 20, MOST_ENTRIES = 100_000;

/** Metadata and what was left out of it. */
export type ReadWavMetadata = WavMetadata & { readonly info: Readonly<Record<string, string>>; readonly cues: readonly WavCue[]; readonly warnings: readonly AudioWarning[] };

/**
 * Reads LIST/INFO, bext, cue and LIST/adtl, before and after the samples.
 * @param fileBytes - True length of the file in bytes.
 * @throws {AudioError} AUDIO_FORMAT_UNKNOWN when it is no WAV file.
 */
export function* parseWavMetadata(fileBytes: number): ByteParser<ReadWavMetadata> {
  const head = yield* take(0, 12);
  if (!['RIFF', 'RF64', 'BW64'].includes(fourCharacters(head, 0)) || fourCharacters(head, 8) !== 'WAVE') {
    throw new AudioError('AUDIO_FORMAT_UNKNOWN', 'not a WAV file: it does not start with RIFF … WAVE', { byteOffset: 0 });
  }
  const info: Record<string, string> = {}, places: { id: number; atSample: number }[] = [], warnings: AudioWarning[] = [];
  const about = new Map<number, { label?: string; note?: string; lengthSamples?: number }>();
  let broadcast: BroadcastExtension | undefined, longDataBytes: number | null = null;
  let offset = 12;
  for (let count = 0; count < MOST_CHUNKS && offset + 8 <= fileBytes; count++) {
    const header = yield* take(offset, 8), id = fourCharacters(header, 0), body = offset + 8;
    let size = header.getUint32(4, true);
    if (id === 'data' && size === 0xffffffff && longDataBytes !== null) size = longDataBytes;
    if (id === 'data' && size === 0) break; // a length that was never filled in: what follows is sound
    if (['ds64', 'LIST', 'bext', 'cue '].includes(id)) {
      const part = yield* take(body, Math.min(size, MOST_CHUNK_BYTES));
      if (part.byteLength < size) warnings.push({ code: 'AUDIO_TRUNCATED', message: `the ${id.trim()} chunk at byte ${offset} says ${size} bytes; ${part.byteLength} were read` });
      if (id === 'ds64' && part.byteLength >= 16) longDataBytes = Number(part.getBigUint64(8, true));
      else if (id === 'bext') broadcast = readBext(part);
      else if (id === 'cue ') readCues(part, places);
      else if (fourCharacters(part, 0) === 'INFO') for (const [key, text] of subchunks(part)) info[key] = textOf(text);
      else if (fourCharacters(part, 0) === 'adtl') readAdtl(part, about);
    }
    offset = body + size + (size % 2);
  }
  const cues = places.map(({ id, atSample }): WavCue => ({ atSample, ...about.get(id) }));
  return { info, ...(broadcast === undefined ? {} : { broadcast }), cues, warnings };
}

function readBext(part: DataView): BroadcastExtension {
  const read: Record<string, string | number> = {};
  for (const [key, at, most] of BEXT_TEXTS) {
    const text = at >= part.byteLength ? '' : textOf(view(part, at, most));
    if (text !== '') read[key] = text;
  }
  if (part.byteLength >= BEXT_VERSION_AT) read['timeReferenceSamples'] = Number(part.getBigUint64(BEXT_TIME_AT, true));
  if (part.byteLength >= BEXT_BYTES) {
    if (part.getUint16(BEXT_VERSION_AT, true) >= 2) BEXT_LOUDNESS.forEach((key, i) => {
      const value = part.getInt16(BEXT_LOUDNESS_AT + 2 * i, true);
      if (value !== BEXT_NO_FIGURE) read[key] = value / 100;
    });
    const history = textOf(view(part, BEXT_BYTES, part.byteLength));
    if (history !== '') read['codingHistory'] = history;
  }
  return read;
}

function readCues(part: DataView, places: { id: number; atSample: number }[]): void {
  const count = part.byteLength < 4 ? 0 : Math.min(part.getUint32(0, true), Math.floor((part.byteLength - 4) / 24), MOST_ENTRIES);
  for (let i = 0; i < count; i++) places.push({ id: part.getUint32(4 + 24 * i, true), atSample: part.getUint32(4 + 24 * i + 20, true) });
}

function readAdtl(part: DataView, about: Map<number, { label?: string; note?: string; lengthSamples?: number }>): void {
  for (const [key, body] of subchunks(part)) {
    if (body.byteLength < 4) continue;
    const id = body.getUint32(0, true), known = about.get(id) ?? {};
    if (key === 'labl') known.label = textOf(view(body, 4, body.byteLength));
    else if (key === 'note') known.note = textOf(view(body, 4, body.byteLength));
    else if (key === 'ltxt' && body.byteLength >= 8) known.lengthSamples = body.getUint32(4, true);
    about.set(id, known);
  }
}

/** The chunks inside a LIST, after its type. */
function* subchunks(list: DataView): Generator<[string, DataView]> {
  for (let at = 4, count = 0; at + 8 <= list.byteLength && count < MOST_ENTRIES; count++) {
    const size = list.getUint32(at + 4, true);
    yield [fourCharacters(list, at), view(list, at + 8, size)];
    at += 8 + size + (size % 2);
  }
}

const view = (data: DataView, at: number, length: number): DataView => new DataView(data.buffer, data.byteOffset + at, Math.max(0, Math.min(length, data.byteLength - at)));

/** UTF-8, else Latin-1; up to the first zero. */
function textOf(data: DataView): string {
  const bytes = new Uint8Array(data.buffer, data.byteOffset, data.byteLength), end = bytes.indexOf(0), text = end < 0 ? bytes : bytes.subarray(0, end);
  try { return new TextDecoder('utf-8', { fatal: true }).decode(text); } catch { return new TextDecoder('latin1').decode(text); }
}
