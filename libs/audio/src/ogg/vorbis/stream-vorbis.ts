import { AudioError, type AudioWarning } from '../../errors.js';
import { type AllotFor, allotFresh, type BlockSource } from '../../file/audio-stream.js';
import { BlockFiller } from '../../file/block-filler.js';
import { type ReadAt } from '../../file/byte-requests.js';
import { missingSound } from '../missing-sound.js';
import { OggPackets } from '../ogg-packets.js';
import { type OggPage, OggPages } from '../ogg-pages.js';
import { CHANNEL_ORDERS } from '../opus-head.js';
import { createVorbisDecoder, type VorbisDecoder } from './vorbis-decoder.js';
import { isVorbisHead, parseVorbisHead, parseVorbisSetup, type VorbisHead } from './vorbis-head.js';

/** Pages decoded before others get a turn. */
const PAGES_A_TURN = 16;

/**
 * Opens an Ogg Vorbis file for decoding piece by piece, in constant memory, sample-exact: what the first and last pages say is too much is left out. Chained streams follow one another.
 * @returns null when this Vorbis has more than 8 channels or uses what is not decoded here.
 * @throws {AudioError} AUDIO_TRUNCATED without headers; the blocks throw AUDIO_EMPTY or AUDIO_CORRUPT when nothing decodes.
 */
export async function openVorbis(readAt: ReadAt, fileBytes: number, lengthSamples: number | null, { signal, allotFor = allotFresh }: {
  readonly signal?: AbortSignal | undefined; readonly allotFor?: AllotFor | undefined;
} = {}): Promise<BlockSource | null> {
  const pages = new OggPages(readAt, fileBytes);
  let page = await pages.next(signal);
  while (page !== null && !(page.first && isVorbisHead(page.pieces[0]))) page = await pages.next(signal);
  if (page === null) throw new AudioError('AUDIO_TRUNCATED', 'the Ogg file holds no whole Vorbis header', { byteOffset: Math.max(0, pages.firstStray) });
  const head = parseVorbisHead(page.pieces[0]!);
  if (head === null) return null;
  const link = await openLink(pages, page, head, signal);
  if (link === null) return null;
  const warnings: AudioWarning[] = [];
  return { sampleRateHz: head.sampleRateHz, channels: head.channels, lengthSamples, warnings, blocks: vorbisBlocks(pages, link, lengthSamples, allotFor(head.channels, lengthSamples), warnings, signal) };
}

async function* vorbisBlocks(pages: OggPages, first: VorbisLink, lengthSamples: number | null, allot: ReturnType<AllotFor>, warnings: AudioWarning[], signal: AbortSignal | undefined): AsyncGenerator<Float32Array[], void, undefined> {
  const output = new BlockFiller(allot), order = CHANNEL_ORDERS[first.head.channels]!;
  let link = first, seen = 0, lost = 0, lostPages = 0, leftOut = false, page: OggPage | null = link.firstSoundPage;
  for (; page !== null; page = await pages.next(signal)) {
    if (link.ended && page.first && isVorbisHead(page.pieces[0])) { // the next of a chain
      const head = parseVorbisHead(page.pieces[0]!);
      if (head === null || head.channels !== first.head.channels || head.sampleRateHz !== first.head.sampleRateHz) { leftOut = true; break; }
      const next = await openLink(pages, page, head, signal);
      if (next === null) { leftOut = true; break; }
      lost += link.lostPackets;
      lostPages += link.packets.lostPages;
      link = next;
      if ((page = link.firstSoundPage) === null) break;
    }
    if (page.serial !== link.serial) continue;
    for (const { samples, from, to } of link.take(page)) output.write(order.map((c) => samples[c]!.subarray(from, to)), to - from);
    yield* output.ready();
    if (++seen % PAGES_A_TURN === 0) { signal?.throwIfAborted(); await new Promise((resolve) => setImmediate(resolve)); }
  }
  lost += link.lostPackets;
  lostPages += link.packets.lostPages;
  yield* output.finish(true);
  if (output.written === 0) throw new AudioError(lost > 0 ? 'AUDIO_CORRUPT' : 'AUDIO_EMPTY', lost > 0 ? 'no packet of the Vorbis file could be decoded' : 'the Vorbis file holds no audio', { byteOffset: Math.max(0, pages.firstStray) });
  if (pages.strayBytes > 0 || lostPages > 0) warnings.push({ code: 'AUDIO_CORRUPT', message: `${pages.strayBytes} bytes of the Ogg file are in no whole page${pages.firstStray < 0 ? '' : ` (the first at byte ${pages.firstStray})`}; ${lostPages} pages are missing` });
  if (lost > 0) warnings.push({ code: 'AUDIO_CORRUPT', message: `${lost} Vorbis packets were damaged and left out` });
  if (leftOut) warnings.push({ code: 'AUDIO_CHANGED_MIDWAY', message: 'the Ogg file changes its rate or channels; what follows was left out' });
  else if (!link.ended) warnings.push({ code: 'AUDIO_TRUNCATED', message: 'the Ogg file ends before its last page' });
  if (warnings.length === 0) warnings.push(...missingSound(lengthSamples, output.written, first.head.sampleRateHz));
}

/** Reads on to the setup header. Null where it is damaged, missing or not decoded here. */
async function openLink(pages: OggPages, firstPage: OggPage, head: VorbisHead, signal: AbortSignal | undefined): Promise<VorbisLink | null> {
  const packets = new OggPackets(1), { serial } = firstPage;
  packets.take(firstPage);
  let headers = 0;
  for (let page = await pages.next(signal); page !== null; page = await pages.next(signal)) {
    if (page.serial !== serial) continue;
    const found = packets.take(page);
    if (headers + found.length < 2) { headers += found.length; continue; } // comments, then the setup, which may take several pages
    const setup = parseVorbisSetup(found[1 - headers]!, head.channels);
    if (setup === null || headers + found.length > 2) return null; // sound begins on a page of its own (Vorbis I §A.2)
    return new VorbisLink(head, serial, packets, createVorbisDecoder(head, setup), await pages.next(signal));
  }
  return null;
}

/** One logical stream, and which of its samples count. */
class VorbisLink {
  /** Samples so far by the granule positions; null before the first page of sound. */
  #position: number | null = null;
  lostPackets = 0;
  ended = false;
  readonly head: VorbisHead;
  readonly serial: number;
  readonly packets: OggPackets;
  readonly #decoder: VorbisDecoder;
  readonly firstSoundPage: OggPage | null;

  constructor(head: VorbisHead, serial: number, packets: OggPackets, decoder: VorbisDecoder, firstSoundPage: OggPage | null) {
    this.head = head;
    this.serial = serial;
    this.packets = packets;
    this.#decoder = decoder;
    this.firstSoundPage = firstSoundPage;
  }

  /** The samples of a page's packets, each with the range to keep. */
  take(page: OggPage): { readonly samples: readonly Float32Array[]; readonly from: number; readonly to: number }[] {
    if (page.last) this.ended = true;
    const pieces: { samples: readonly Float32Array[]; from: number; to: number }[] = [];
    let total = 0;
    for (const packet of this.packets.take(page)) {
      const samples = this.#decoder.decode(packet);
      if (samples === null) { if (packet.length > 0) this.lostPackets += 1; continue; }
      const count = samples[0]!.length;
      total += count;
      if (count > 0) pieces.push({ samples: samples.map((channel) => channel.slice()), from: 0, to: count });
    }
    if (pieces.length === 0) return [];
    let skip = 0, surplus = 0;
    if (page.granule !== null) {
      if (this.#position === null && !page.last) skip = Math.max(0, total - page.granule); // a first page that claims fewer samples than it holds begins in the middle
      else if (page.last) surplus = Math.max(0, (this.#position ?? 0) + total - page.granule);
    }
    this.#position = page.granule ?? (this.#position ?? 0) + total;
    for (const piece of pieces) { const cut = Math.min(skip, piece.to); piece.from = cut; skip -= cut; }
    for (const piece of pieces.toReversed()) { const cut = Math.min(surplus, piece.to - piece.from); piece.to -= cut; surplus -= cut; }
    return pieces.filter(({ from, to }) => to > from);
  }
}
