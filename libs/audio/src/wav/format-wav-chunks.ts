import { AudioError } from '../errors.js';
import { BEXT_BYTES, BEXT_LOUDNESS, BEXT_LOUDNESS_AT, BEXT_NO_FIGURE, BEXT_TEXTS, BEXT_TIME_AT, BEXT_VERSION_AT, type BroadcastExtension, type WavCue, type WavMetadata } from './wav-metadata.js';

/** Ids of INFO texts. */
const INFO_ID = /^[A-Z0-9]{4}$/;
/** Largest sample number of a cue point. */
const MOST_SAMPLE = 0xffffffff;

/**
 * The chunks of metadata, each padded to an even length: bext, LIST/INFO, cue and LIST/adtl. Texts are UTF-8.
 * @throws {AudioError} AUDIO_OPTION_INVALID for an id, text, place or figure that does not fit.
 */
export function formatWavChunks(metadata: WavMetadata): Uint8Array {
  const { info = {}, broadcast, cues = [] } = metadata;
  const chunks: Uint8Array[] = [];
  if (broadcast !== undefined) chunks.push(chunk('bext', bext(broadcast)));
  const texts = Object.entries(info).map(([id, text]) => {
    if (!INFO_ID.test(id)) throw invalid(`info ids have four capital letters or digits, got ${id}`);
    return chunk(id, zeroEnded(text, `info.${id}`));
  });
  if (texts.length > 0) chunks.push(chunk('LIST', join([ascii('INFO'), ...texts])));
  if (cues.length > 0) chunks.push(...cueChunks(cues));
  return join(chunks);
}

function bext(broadcast: BroadcastExtension): Uint8Array {
  const history = utf8(broadcast.codingHistory ?? '', 'codingHistory'), bytes = new Uint8Array(BEXT_BYTES + history.length), data = new DataView(bytes.buffer);
  for (const [key, at, most] of BEXT_TEXTS) {
    const text = utf8(broadcast[key] ?? '', key);
    if (text.length > most) throw invalid(`${key} has ${text.length} bytes, at most ${most} fit`);
    bytes.set(text, at);
  }
  const time = broadcast.timeReferenceSamples ?? 0;
  if (!Number.isSafeInteger(time) || time < 0) throw invalid(`timeReferenceSamples must be a whole number of samples, got ${time}`);
  data.setBigUint64(BEXT_TIME_AT, BigInt(time), true);
  data.setUint16(BEXT_VERSION_AT, 2, true);
  BEXT_LOUDNESS.forEach((key, i) => {
    const value = broadcast[key];
    if (value !== undefined && !(Math.abs(value) < 327)) throw invalid(`${key} must be a level within ±327, got ${value}`);
    data.setInt16(BEXT_LOUDNESS_AT + 2 * i, value === undefined ? BEXT_NO_FIGURE : Math.round(value * 100), true);
  });
  bytes.set(history, BEXT_BYTES);
  return bytes;
}

function cueChunks(cues: readonly WavCue[]): Uint8Array[] {
  const points = new Uint8Array(4 + 24 * cues.length), data = new DataView(points.buffer), texts: Uint8Array[] = [];
  data.setUint32(0, cues.length, true);
  cues.forEach(({ atSample, lengthSamples, label, note }, i) => {
    if (!(Number.isInteger(atSample) && atSample >= 0 && atSample <= MOST_SAMPLE)) throw invalid(`atSample must be a sample number below 2^32, got ${atSample}`);
    const id = i + 1, at = 4 + 24 * i;
    data.setUint32(at, id, true);
    data.setUint32(at + 4, atSample, true);
    points.set(ascii('data'), at + 8);
    data.setUint32(at + 20, atSample, true);
    if (label !== undefined) texts.push(chunk('labl', join([u32(id), zeroEnded(label, 'label')])));
    if (note !== undefined) texts.push(chunk('note', join([u32(id), zeroEnded(note, 'note')])));
    if (lengthSamples !== undefined) {
      if (!(Number.isInteger(lengthSamples) && lengthSamples >= 0 && lengthSamples <= MOST_SAMPLE)) throw invalid(`lengthSamples must be a number of samples below 2^32, got ${lengthSamples}`);
      texts.push(chunk('ltxt', join([u32(id), u32(lengthSamples), ascii('rgn '), new Uint8Array(8)])));
    }
  });
  const cue = chunk('cue ', points);
  return texts.length === 0 ? [cue] : [cue, chunk('LIST', join([ascii('adtl'), ...texts]))];
}

function chunk(id: string, body: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(8 + body.length + (body.length % 2));
  bytes.set(ascii(id));
  new DataView(bytes.buffer).setUint32(4, body.length, true);
  bytes.set(body, 8);
  return bytes;
}

const ascii = (word: string): Uint8Array => Uint8Array.from(word, (letter) => letter.charCodeAt(0));
const u32 = (value: number): Uint8Array => Uint8Array.of(value, value >>> 8, value >>> 16, value >>> 24);
const invalid = (message: string): AudioError => new AudioError('AUDIO_OPTION_INVALID', message);

function utf8(text: string, name: string): Uint8Array {
  if (text.includes('\0')) throw invalid(`${name} holds a zero character`);
  return new TextEncoder().encode(text);
}

const zeroEnded = (text: string, name: string): Uint8Array => join([utf8(text, name), new Uint8Array(1)]);

function join(parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) { whole.set(part, at); at += part.length; }
  return whole;
}
