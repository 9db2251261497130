import fc from 'fast-check';
import { expect, it } from 'vitest';
import { makeSpeech } from '../../test/make-audio.js';
import { decodeWav } from '@voxtune/audio';
import { countPauses } from './count-pauses.js';

it('counts the silences between stretches of speech, whatever lies at the ends', () => {
  fc.assert(fc.property(fc.array(fc.tuple(fc.integer({ min: 5, max: 15 }), fc.integer({ min: 4, max: 12 })), { minLength: 1, maxLength: 4 }), (parts) => {
    let at = 0.5;
    const spans = parts.map(([sound, pause]): [number, number] => { const from = at; at += sound / 10 + pause / 10; return [from, from + sound / 10]; });
    const { channels, sampleRateHz } = decodeWav(makeSpeech(at + 1, spans));
    expect(countPauses(channels[0]!, sampleRateHz)).toBe(parts.length - 1);
  }), { numRuns: 30 });
});
it('finds none in silence', () => expect(countPauses(new Float32Array(8000), 8000)).toBe(0));
