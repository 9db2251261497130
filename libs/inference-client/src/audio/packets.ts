/** Length and rate of compressed audio, from its own framing: nothing is decoded. */
export type PacketFacts = { readonly sampleRateHz: number; readonly channels: number; readonly durationSec: number };

/** Rates by index (ISO/IEC 14496-3, table 1.18). */
const AAC_RATES_HZ = [96000, 88200, 64000, 48000, 44100, 32000, 24000, 22050, 16000, 12000, 11025, 8000, 7350] as const;
/** Samples in one AAC-LC frame (ISO/IEC 14496-3). */
const AAC_FRAME_SAMPLES = 1024;

/** Counts the frames of ADTS AAC; null when the bytes are not that. A frame cut at the end is not counted. */
export function probeAdts(bytes: Uint8Array): PacketFacts | null {
  let frames = 0;
  let rate = 0;
  let channels = 0;
  for (let at = 0; at + 7 <= bytes.length; ) {
    if (bytes[at] !== 0xff || (bytes[at + 1]! & 0xf6) !== 0xf0) return null;
    const length = ((bytes[at + 3]! & 3) << 11) | (bytes[at + 4]! << 3) | (bytes[at + 5]! >> 5);
    if (length < 7) return null;
    rate = AAC_RATES_HZ[(bytes[at + 2]! >> 2) & 15] ?? 0;
    channels = ((bytes[at + 2]! & 1) << 2) | (bytes[at + 3]! >> 6);
    if (at + length <= bytes.length) frames += 1;
    at += length;
  }
  return rate === 0 ? null : { sampleRateHz: rate, channels, durationSec: (frames * AAC_FRAME_SAMPLES) / rate };
}

/** Adds up the last granule positions of Ogg Vorbis (RFC 3533; Vorbis I §4.2.2); files one after another, as the engine streams them, add up. */
export function probeOggVorbis(bytes: Uint8Array): PacketFacts | null {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let rate = 0;
  let channels = 0;
  let samples = 0;
  let last = 0;
  for (let at = 0; at + 27 <= bytes.length; ) {
    if (view.getUint32(at, false) !== 0x4f676753) return null; // "OggS"
    const segments = bytes[at + 26]!;
    if (at + 27 + segments > bytes.length) break;
    const body = at + 27 + segments;
    let size = 0;
    for (let i = 0; i < segments; i++) size += bytes[at + 27 + i]!;
    if ((bytes[at + 5]! & 2) !== 0) {
      samples += last;
      last = 0;
      if (body + 16 <= bytes.length && bytes[body] === 1) {
        channels = bytes[body + 11]!;
        rate = view.getUint32(body + 12, true);
      }
    }
    const granule = view.getUint32(at + 6, true) + view.getUint32(at + 10, true) * 2 ** 32;
    if (granule < 2 ** 52) last = granule;
    at = body + size;
  }
  return rate === 0 ? null : { sampleRateHz: rate, channels, durationSec: (samples + last) / rate };
}
