import { AudioError, type AudioWarning } from '../errors.js';
import { type AllotFor, allotFresh, type BlockSource } from '../file/audio-stream.js';
import { BlockFiller } from '../file/block-filler.js';
import { type ReadAt } from '../file/byte-requests.js';
import { type LibOpus, openLibOpus } from './libopus.js';
import { missingSound } from './missing-sound.js';
import { OggPackets } from './ogg-packets.js';
import { type OggPage, OggPages } from './ogg-pages.js';
import { type OpusHead, opusPacketSamples, parseOpusHead } from './opus-head.js';

/** Rate of all Opus output, hertz (RFC 7845 §4). */
const RATE_HZ = 48000;
/** Pages decoded before others get a turn. */
const PAGES_A_TURN = 16;

/**
 * Opens an Ogg Opus file for decoding piece by piece with libopus (WebAssembly), sample-exact: pre-skip and the end that the last page names are left out.
 * Chained streams follow one another.
 * @returns null when this is Opus of a channel mapping that is not decoded here.
 * @throws {AudioError} AUDIO_TRUNCATED without a header; the blocks throw AUDIO_EMPTY or AUDIO_CORRUPT when nothing decodes.
 */
export async function openOpus(readAt: ReadAt, fileBytes: number, lengthSamples: number | null, { signal, allotFor = allotFresh }: {
  readonly signal?: AbortSignal | undefined; readonly allotFor?: AllotFor | undefined;
} = {}): Promise<BlockSource | null> {
  const pages = new OggPages(readAt, fileBytes);
  let page = await pages.next(signal);
  while (page !== null && !isHead(page)) page = await pages.next(signal);
  if (page === null) throw new AudioError('AUDIO_TRUNCATED', 'the Ogg file holds no whole Opus header', { byteOffset: Math.max(0, pages.firstStray) });
  const head = parseOpusHead(page.pieces[0]!);
  if (head === null) return null;
  const warnings: AudioWarning[] = [];
  return { sampleRateHz: RATE_HZ, channels: head.channels, lengthSamples, warnings, blocks: opusBlocks(pages, head, page.serial, lengthSamples, allotFor(head.channels, lengthSamples), warnings, signal) };
}

const isHead = (page: OggPage): boolean => page.first && page.pieces[0] !== undefined && String.fromCharCode(...page.pieces[0].subarray(0, 8)) === 'OpusHead';

async function* opusBlocks(pages: OggPages, first: OpusHead, firstSerial: number, lengthSamples: number | null, allot: ReturnType<AllotFor>, warnings: AudioWarning[], signal: AbortSignal | undefined): AsyncGenerator<Float32Array[], void, undefined> {
  const output = new BlockFiller(allot);
  let head = first, serial = firstSerial, decoder: LibOpus = await openLibOpus(head);
  let link = new OpusLink(head), seen = 0, silent = 0, decoded = 0, changed = false;
  try {
    for (let page = await pages.next(signal); page !== null; page = await pages.next(signal)) {
      if (isHead(page) && link.ended) { // the next of a chain
        const next = parseOpusHead(page.pieces[0]!);
        if (next === null) break;
        decoder.free();
        head = next;
        decoder = await openLibOpus(head);
        serial = page.serial;
        link = new OpusLink(head);
        changed ||= head.channels !== first.channels;
        continue;
      }
      if (page.serial !== serial) continue;
      for (const { packet, from, to, samples } of link.take(page)) {
        const channels = decoder.decode(packet);
        if (channels === null || channels[0]!.length !== samples) silent += to - from; else decoded += to - from;
        const planes = channels !== null && channels[0]!.length === samples ? channels : Array.from({ length: head.channels }, () => new Float32Array(samples));
        if (head.gain !== 1) for (const plane of planes) for (let i = 0; i < plane.length; i++) plane[i]! *= head.gain;
        output.write(Array.from({ length: first.channels }, (_, c) => planes[Math.min(c, planes.length - 1)]!.subarray(from, to)), to - from);
      }
      yield* output.ready();
      if (++seen % PAGES_A_TURN === 0) { signal?.throwIfAborted(); await new Promise((resolve) => setImmediate(resolve)); }
    }
    if (decoded === 0) throw new AudioError(silent > 0 ? 'AUDIO_CORRUPT' : 'AUDIO_EMPTY', silent > 0 ? 'no packet of the Opus file could be decoded' : 'the Opus file holds no audio', { byteOffset: Math.max(0, pages.firstStray) });
    yield* output.finish(true);
    if (pages.strayBytes > 0 || link.lostPages > 0) warnings.push({ code: 'AUDIO_CORRUPT', message: `${pages.strayBytes} bytes of the Ogg file are in no whole page${pages.firstStray < 0 ? '' : ` (the first at byte ${pages.firstStray})`}; ${link.lostPages} pages are missing` });
    if (silent > 0) warnings.push({ code: 'AUDIO_CORRUPT', message: `${(silent / RATE_HZ).toFixed(2)} s in damaged Opus packets became silence` });
    if (!link.ended) warnings.push({ code: 'AUDIO_TRUNCATED', message: 'the Ogg file ends before its last page' });
    if (changed) warnings.push({ code: 'AUDIO_CHANGED_MIDWAY', message: `the Ogg file changes its number of channels; all of it became ${first.channels}` });
    if (warnings.length === 0) warnings.push(...missingSound(lengthSamples, output.written, RATE_HZ));
  } finally {
    decoder.free();
  }
}

/** The packets of one logical stream, and which of their samples count. */
class OpusLink {
  #skip: number;
  readonly #packets = new OggPackets(1); // but for OpusTags
  /** Granule position after the last packet; null before the first page of sound. */
  #position: number | null = null;
  /** The last page was seen. */
  ended = false;

  constructor(head: OpusHead) { this.#skip = head.preSkip; }

  /** Pages that the numbering says are missing. */
  get lostPages(): number { return this.#packets.lostPages; }

  /** The packets that end in a page, each with the range of its samples to keep. */
  take(page: OggPage): { packet: Uint8Array; samples: number; from: number; to: number }[] {
    const packets = this.#packets.take(page);
    const sounds = packets.map((packet) => ({ packet, samples: opusPacketSamples(packet) })).filter(({ samples }) => samples > 0);
    if (page.last) this.ended = true;
    if (sounds.length === 0) return [];
    const total = sounds.reduce((sum, { samples }) => sum + samples, 0);
    this.#position ??= page.last ? 0 : Math.max(0, (page.granule ?? total) - total); // a recording of a broadcast begins late
    const surplus = page.last && page.granule !== null ? Math.min(total, Math.max(0, this.#position + total - page.granule)) : 0;
    this.#position += total;
    let end = total - surplus;
    return sounds.flatMap(({ packet, samples }) => {
      const from = Math.min(this.#skip, samples), to = Math.max(from, Math.min(samples, end));
      this.#skip -= from;
      end -= samples;
      return [{ packet, samples, from, to }];
    });
  }
}
