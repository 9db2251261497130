import { expect, it } from 'vitest';
import { decodeG711, encodeG711 } from './g711.js';
import golden from './g711.golden.json' with { type: 'json' };

const all = Float32Array.from({ length: 65536 }, (_, i) => (i - 32768) / 32768);

it.each(['mulaw', 'alaw'] as const)('%s: every 16-bit value gets the code of the ITU software tools, every code their value', (law) => {
  const expected = new Uint8Array(65536);
  golden[law].codesFrom.forEach(([from, code], i) => expected.fill(code!, from! + 32768, (golden[law].codesFrom[i + 1]?.[0] ?? 32768) + 32768));
  expect(encodeG711(all, law)).toEqual(expected);
  expect(Array.from(decodeG711(Uint8Array.from({ length: 256 }, (_, i) => i), law), (x) => x * 32768 + 0)).toEqual(golden[law].values.map((x) => x + 0));
});
it.each(['mulaw', 'alaw'] as const)('%s: what was decoded is encoded to the same code again, but for the two zeros of μ-law', (law) => {
  const codes = Uint8Array.from({ length: 256 }, (_, i) => i);
  expect(encodeG711(decodeG711(codes, law), law)).toEqual(law === 'mulaw' ? codes.map((code) => (code === 0x7f ? 0xff : code)) : codes);
});
it('clamps what is too loud, and takes NaN for 0', () => {
  expect(Array.from(decodeG711(encodeG711(Float32Array.of(5, -5, NaN, Infinity), 'mulaw'), 'mulaw'), (x) => x * 32768)).toEqual([32124, -32124, 0, 32124]);
});
it('refuses another law', () => {
  expect(() => encodeG711(new Float32Array(1), 'ulaw' as 'mulaw')).toThrow('law must be mulaw or alaw, got ulaw');
  expect(() => decodeG711(new Uint8Array(1), 'a' as 'alaw')).toThrow(expect.objectContaining({ code: 'AUDIO_OPTION_INVALID' }) as Error);
});
