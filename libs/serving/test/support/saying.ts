/** What a stand-in engine's audio says about itself: written into the 16-bit samples, so that any mix-up or damage shows. */
export type Saying = { readonly text: string; readonly gpt: string; readonly sovits: string; readonly prompt: string; readonly promptText: string; readonly language: string; readonly speed: number; readonly crowded: boolean; readonly pid: number };

const STEP = 128; // a byte is this many 16-bit levels
const MIN_SAMPLES = 32_000; // a second at least, so that no client finds it too short

/** Samples, −1…1, of the saying repeated with a zero byte between. */
export function writeSaying(saying: Saying): Float32Array {
  const bytes = Buffer.from(`${JSON.stringify(saying)}\0`);
  const length = Math.max(MIN_SAMPLES, bytes.length + 1, [...saying.text].length * 8000);
  return Float32Array.from({ length }, (_, index) => ((bytes[index % bytes.length] ?? 0) * STEP) / 32_768);
}

/** The saying in a WAV file of 16-bit samples. @throws when it is damaged anywhere in its first repetition. */
export function readSaying(wav: Uint8Array): Saying {
  const view = new DataView(wav.buffer, wav.byteOffset + 44, wav.byteLength - 44);
  const bytes: number[] = [];
  for (let at = 0; at + 1 < view.byteLength; at += 2) {
    const value = view.getInt16(at, true) / STEP;
    if (!Number.isInteger(value)) throw new Error(`sample ${at / 2} is damaged`);
    if (value === 0) break;
    bytes.push(value);
  }
  return JSON.parse(Buffer.from(bytes).toString()) as Saying;
}
