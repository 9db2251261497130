import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import { downmix } from '../mix/downmix.js';
import { decodeMp3 } from './decode-mp3.js';
import { type HuffmanCode, PAIR_CODES, QUAD_CODES } from './huffman-codes.js';
import golden from './mpeg.golden.json' with { type: 'json' };
import { openMpeg } from './mpeg-kernel.js';
import { LAYER2_TABLES, LONG_WIDTHS, SHORT_WIDTHS } from './mpeg-numbers.js';
import { parseMp3Frame } from './mp3-frame.js';

const bytesOf = (base64: string): Uint8Array => Uint8Array.from(Buffer.from(base64, 'base64'));
const files = golden.cases.map(({ name, base64, channels }) => ({ name, bytes: bytesOf(base64), channels: channels as 1 | 2 }));
/** Bytes of each frame. */
const lengthsOf = (bytes: Uint8Array): number[] => {
  const lengths: number[] = [];
  for (let at = 0, frame = parseMp3Frame(bytes, 0); frame !== null; frame = parseMp3Frame(bytes, at)) { lengths.push(frame.bytes); at += frame.bytes; }
  return lengths;
};
const decodeInParts = (bytes: Uint8Array, channels: 1 | 2, framesAtOnce: readonly number[]): number[][] => {
  const { decode, free } = openMpeg(channels), lengths = lengthsOf(bytes), out: number[][] = Array.from({ length: channels }, () => []);
  for (let frame = 0, at = 0, part = 0; frame < lengths.length; part++) {
    const some = lengths.slice(frame, frame + framesAtOnce[part % framesAtOnce.length]!), end = at + some.reduce((sum, n) => sum + n, 0);
    for (const piece of decode(bytes.subarray(at, end), some)) piece.channels.forEach((samples, c) => out[c]!.push(...samples));
    frame += some.length;
    at = end;
  }
  free();
  return out;
};
const worst = (a: ArrayLike<number>, b: ArrayLike<number>): number => Array.from(a).reduce((most, x, i) => Math.max(most, Math.abs(x - b[i]!)), 0);

describe(`layers I to III agree with ${golden.madeBy} ${golden.version}`, () => {
  // 1e-6: both sum in float32, in different orders
  it.each(golden.cases)('$name', async ({ samples, channels, every, picked, base64 }) => {
    const audio = await decodeMp3(bytesOf(base64));
    expect([audio.channels.length, audio.channels[0]!.length, audio.warnings]).toEqual([channels, samples, []]);
    picked.forEach((values, i) => values.forEach((value, c) => expect(Math.abs(audio.channels[c]![i * every]! - value)).toBeLessThanOrEqual(1e-6)));
  });
});

describe('a decoder', () => {
  it('gives the same samples however many frames come at once, and after another stream', () => {
    for (const { bytes, channels } of files) {
      const whole = decodeInParts(bytes, channels, [1000]);
      fc.assert(fc.property(fc.array(fc.integer({ min: 1, max: 4 }), { minLength: 1, maxLength: 5 }), (parts) => { expect(decodeInParts(bytes, channels, parts)).toEqual(whole); }), { numRuns: 3 });
    }
  });
  it.each(files.filter(({ channels }) => channels === 2))('mixes $name down before the synthesis to what downmix makes after it', async ({ bytes }) => {
    const both = await decodeMp3(bytes), lengths = lengthsOf(bytes);
    for (const pick of ['mean', 'left', 'right'] as const) {
      const { decode, free } = openMpeg(1, pick), mono = [...decode(bytes, lengths)].flatMap(({ channels: [samples] }) => [...samples!]);
      free();
      expect(mono.length).toBe(both.channels[0]!.length);
      expect(worst(mono, downmix(both, pick))).toBeLessThanOrEqual(1e-6);
    }
  });
  it('gives both channels of mono frames alike, and one of stereo frames', () => {
    const mono = files.find(({ channels }) => channels === 1)!, [left, right] = decodeInParts(mono.bytes, 2, [2]);
    expect(left).toEqual(right);
    expect(left).toEqual(decodeInParts(mono.bytes, 1, [1])[0]);
  });
});

it('a part without bits is silence and no damage, whatever its scale factors would take', async () => {
  const granule = '0'.repeat(12) + '0'.repeat(9) + '10000000' + '1111' + '0'.repeat(26), side = ('0'.repeat(18) + granule + granule).match(/.{8}/g)!.map((bits) => parseInt(bits, 2));
  const frame = Uint8Array.from([0xff, 0xfb, 0x50, 0xc4, ...side, ...new Uint8Array(208 - 4 - side.length)]);
  expect(side.length).toBe(17);
  const { channels, warnings } = await decodeMp3(Uint8Array.from([...frame, ...frame, ...frame]));
  expect([channels.length, channels[0]!.length, channels[0]!.every((x) => x === 0), warnings]).toEqual([1, 3456, true, []]);
});

describe('what cannot be decoded is silent, keeps its time and is counted', () => {
  const { bytes } = files.find(({ name }) => name === 'MPEG-2.5, 11 kHz')!, lengths = lengthsOf(bytes);
  it('frames that need bytes of lost ones', async () => {
    const cut = bytes.subarray(lengths[0]!), { channels, warnings } = await decodeMp3(cut), whole = await decodeMp3(bytes);
    expect(channels[0]!.length).toBe(whole.channels[0]!.length - 576);
    expect(warnings).toEqual([{ code: 'AUDIO_CORRUPT', message: expect.stringMatching(/^\d+ of 2304 samples could not be decoded and are silent$/) as string }]);
    expect(worst(channels[0]!.subarray(1728), whole.channels[0]!.subarray(2304))).toBeLessThan(1e-6);
  });
  it('a block type that is reserved, more pairs than lines, and a file of such frames', async () => {
    const broken = Uint8Array.from(bytes);
    for (let frame = 0, at = 0; frame < lengths.length; at += lengths[frame++]!) broken.fill(0xff, at + 4, at + 21);
    await expect(decodeMp3(broken)).rejects.toMatchObject({ code: 'AUDIO_CORRUPT', message: 'none of 5 MP3 frames could be decoded' });
  });
});

it('without WebAssembly SIMD, bytes are refused, and files wait for ffmpeg', async () => {
  vi.resetModules();
  const validate = vi.spyOn((globalThis as unknown as { WebAssembly: { validate: (bytes: Uint8Array) => boolean } }).WebAssembly, 'validate').mockReturnValue(false);
  try {
    const { decodeMp3: decodePlain } = await import('./decode-mp3.js'), { openSource } = await import('../file/open-source.js'), { bytes } = files[0]!;
    await expect(decodePlain(bytes)).rejects.toMatchObject({ code: 'AUDIO_DECODER_MISSING', message: 'MP3 in memory is decoded with WebAssembly SIMD, which is missing here; decodeFile takes ffmpeg instead' });
    const opened = async (): Promise<unknown> => openSource({ path: 'x.mp3' } as Parameters<typeof openSource>[0], 'mp3', { codec: 'mp3' } as Parameters<typeof openSource>[2], { ffmpegPath: null });
    await expect(opened()).rejects.toMatchObject({ code: 'AUDIO_DECODER_MISSING', message: expect.stringContaining('needs ffmpeg') as string });
  } finally {
    validate.mockRestore();
    vi.resetModules();
  }
});

describe('the tables', () => {
  const total = ({ lengths }: HuffmanCode): number => [...lengths].reduce((sum, digit) => sum + 2 ** -parseInt(digit, 36), 0);
  it.each(Object.entries(PAIR_CODES))('code %s has a word for each pair, and no bits to spare', (_, code) => {
    const size = Math.sqrt(code.lengths.length), pairs = code.values.match(/../g)!;
    expect(total(code)).toBe(1);
    expect([...pairs].sort()).toEqual(Array.from({ length: size ** 2 }, (_, i) => Math.floor(i / size).toString(16) + (i % size).toString(16)).sort());
  });
  it('so have the codes of quadruples', () => {
    for (const code of QUAD_CODES) expect([total(code), [...code.values].sort().join('')]).toEqual([1, '0123456789abcdef']);
  });
  it('bands hold all lines; layer II has 27, 30, 8, 12 and 30 subbands', () => {
    const sum = (list: readonly number[]): number => list.reduce((all, n) => all + n, 0);
    expect(LONG_WIDTHS.map(sum)).toEqual(Array(9).fill(576));
    expect(SHORT_WIDTHS.map(sum)).toEqual(Array(9).fill(192));
    expect(LAYER2_TABLES.map((rows) => sum(rows.map(([subbands]) => subbands)))).toEqual([27, 30, 8, 12, 30]);
  });
});
