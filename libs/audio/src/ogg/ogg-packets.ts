import { type OggPage } from './ogg-pages.js';

/** Bytes of one packet kept at most, over pages; more is no packet of sound. */
const MOST_PACKET_BYTES = 1 << 20;

/** Joins the packets of one logical stream from its pages. */
export class OggPackets {
  #headers: number;
  #open: Uint8Array | null = null;
  #sequence = -1;
  /** Pages that the numbering says are missing. */
  lostPages = 0;

  /** @param headers - Packets to leave out at the start. */
  constructor(headers = 0) { this.#headers = headers; }

  /** The packets that end in a page; views are overwritten when the next page is read. */
  take(page: OggPage): Uint8Array[] {
    if (this.#sequence >= 0 && page.sequence > this.#sequence + 1) { this.lostPages += page.sequence - this.#sequence - 1; this.#open = null; }
    this.#sequence = page.sequence;
    const packets: Uint8Array[] = [];
    page.pieces.forEach((piece, i) => {
      let packet = piece;
      if (i === 0 && page.continued) {
        if (this.#open === null || this.#open.length + piece.length > MOST_PACKET_BYTES) { this.#open = null; return; } // its beginning is lost
        packet = new Uint8Array(this.#open.length + piece.length);
        packet.set(this.#open);
        packet.set(piece, this.#open.length);
      }
      this.#open = null;
      if (i === page.pieces.length - 1 && !page.finished) { this.#open = packet.slice(); return; }
      if (this.#headers > 0) { this.#headers -= 1; return; }
      packets.push(packet);
    });
    return packets;
  }
}
