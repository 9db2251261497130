import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import golden from './dnsmos.golden.json' with { type: 'json' };
import { type OnnxSession, type OpenSession } from '../onnx/session.js';
import { createDnsmos } from './dnsmos.js';
import { doubleToSegment, planDnsmosSegments, SEGMENT_SAMPLES } from './dnsmos-windows.js';
import { mapP835 } from './polyfit.js';

describe('segments', () => {
  // 7 + 9.01 is 16.009999999999998 in doubles, so the eighth segment is a sample short and left out
  it.each(golden.segments as [number, number[]][])('of %i samples start at the seconds %j', (length, seconds) => {
    expect(planDnsmosSegments(length)).toEqual(seconds.map((second) => ({ start: second * 16_000, end: second * 16_000 + 144_160 })));
  });

  it('lie inside the clip, one a second, for any length', () => {
    fc.assert(fc.property(fc.integer({ min: SEGMENT_SAMPLES, max: 4_000_000 }), (length) => {
      const segments = planDnsmosSegments(length);
      expect(segments.length).toBeGreaterThan(0);
      for (const { start, end } of segments) {
        expect(start % 16_000).toBe(0);
        expect(end - start).toBe(SEGMENT_SAMPLES);
        expect(end).toBeLessThanOrEqual(length);
      }
    }));
  });
});

describe('doubling', () => {
  it('makes 2ⁿ whole copies, no more than needed', () => {
    fc.assert(fc.property(fc.integer({ min: 1000, max: 150_000 }), (length) => {
      const doubled = doubleToSegment(Float32Array.from({ length }, (_, i) => i));
      const copies = doubled.length / length;
      expect(Number.isInteger(Math.log2(copies))).toBe(true);
      expect(doubled.length).toBeGreaterThanOrEqual(SEGMENT_SAMPLES);
      if (copies > 1) expect(doubled.length / 2).toBeLessThan(SEGMENT_SAMPLES);
      for (const at of [0, length - 1, length * (copies - 1), doubled.length - 1]) expect(doubled[at]).toBe(at % length);
    }), { numRuns: 20 });
  });
  it('refuses nothing', () => expect(() => doubleToSegment(new Float32Array(0))).toThrow('samples must not be empty'));
});

describe('createDnsmos, on sessions of the test', () => {
  const released: string[] = [];
  const session = (name: string, shape: readonly (number | string)[], answer: (data: Float32Array) => readonly number[], columns = answer(new Float32Array(1)).length): OnnxSession => ({
    inputs: [{ name: 'input_1', type: 'float32', shape }],
    outputs: [{ name: 'Identity:0', type: 'float32', shape: ['N', columns] }],
    run: async (feeds) => ({ 'Identity:0': { data: Float32Array.from(answer(feeds.input_1!.data as Float32Array)), dims: [1, columns] } }),
    release: async () => void released.push(name),
  });
  let calls = 0;
  const p835Session = session('p835', ['N', 144_160], () => [1 + (calls += 1), 3, 2]);
  const p808Session = session('p808', ['N', 900, 120], (data) => [data.length === 108_000 ? 3.25 : -1]);
  const open = (sessions: readonly OnnxSession[]): OpenSession => { let i = 0; return async () => sessions[i++]!; };
  const noise = (length: number): Float32Array => Float32Array.from({ length }, (_, n) => 0.3 * Math.sin(n * n * 0.01));
  const bytes = new Uint8Array();

  it('maps each segment by its polynomial, then takes the mean', async () => {
    const dnsmos = await createDnsmos({ p835: bytes, p808: bytes, openSession: open([p835Session, p808Session]) });
    calls = 0;
    const score = await dnsmos.score(noise(16_000 * 12), 16_000);
    expect(score.segments.map(({ startSec, raw }) => [startSec, raw!.sig])).toEqual([[0, 2], [1, 3], [2, 4]]);
    const mapped = [2, 3, 4].map((raw) => mapP835('sig', raw));
    expect(score.sig).toBeCloseTo((mapped[0]! + mapped[1]! + mapped[2]!) / 3, 12);
    expect(score.sig).not.toBeCloseTo(mapP835('sig', 3), 3);
    expect([score.bak, score.ovrl, score.p808]).toEqual([mapP835('bak', 3), mapP835('ovrl', 2), 3.25]);
    await dnsmos.dispose();
    await dnsmos.dispose();
    expect(released.splice(0)).toEqual(['p835', 'p808']);
  });

  it('gives null, not a number, for the model it was not given', async () => {
    const dnsmos = await createDnsmos({ p808: bytes, openSession: open([p808Session]) });
    expect(dnsmos.model.p835).toBeNull();
    expect(await dnsmos.score(noise(16_000), 16_000)).toMatchObject({ sig: null, bak: null, ovrl: null, p808: 3.25 });
  });

  it('names which model does not fit and releases what it had opened', async () => {
    released.length = 0;
    await expect(createDnsmos({ p835: bytes, p808: bytes, openSession: open([p835Session, p835Session]) })).rejects.toMatchObject({
      code: 'EVAL_MODEL_SHAPE',
      facts: { model: 'dnsmos-p808', tensor: 'input', expected: 'one input float32 [any, 900, 120]', found: 'input_1 float32 [N, 144160]' },
    });
    expect(released).toHaveLength(2);
  });

  it.each([
    ['EVAL_CLIP_EMPTY', new Float32Array(0)],
    ['EVAL_CLIP_SILENT', new Float32Array(48_000)],
    ['EVAL_CLIP_TOO_SHORT', noise(160)],
    ['EVAL_CLIP_NOT_FINITE', noise(48_000).fill(Infinity, 40_000, 40_001)],
  ])('refuses a clip: %s', async (code, samples) => {
    const dnsmos = await createDnsmos({ p808: bytes, openSession: open([p808Session]) });
    await expect(dnsmos.score(samples, 16_000)).rejects.toMatchObject({ name: 'EvalError', code });
  });

  it.each([0, -16_000, NaN, 1e9])('refuses the rate %d', async (rate) => {
    const dnsmos = await createDnsmos({ p808: bytes, openSession: open([p808Session]) });
    await expect(dnsmos.score(noise(16_000), rate)).rejects.toThrow(`sampleRateHz must be within 4000…384000, got ${rate}`);
  });

  it('reports a model that answers NaN', async () => {
    const dnsmos = await createDnsmos({ p808: bytes, openSession: open([session('nan', ['N', 900, 120], () => [NaN])]) });
    await expect(dnsmos.score(noise(16_000), 16_000)).rejects.toMatchObject({ code: 'EVAL_MODEL_OUTPUT', message: 'The model dnsmos-p808 returned NaN or infinity.' });
  });

  it('stops between segments when aborted', async () => {
    const controller = new AbortController();
    let runs = 0;
    const slow = session('slow', ['N', 900, 120], () => [3]);
    const dnsmos = await createDnsmos({ p808: bytes, openSession: open([{ ...slow, run: async (feeds) => { runs += 1; controller.abort(new Error('enough')); return slow.run(feeds); } }]) });
    await expect(dnsmos.score(noise(16_000 * 30), 16_000, { signal: controller.signal })).rejects.toThrow('enough');
    expect(runs).toBe(1);
  });

  it('refuses misuse', async () => {
    await expect(createDnsmos({})).rejects.toThrow('createDnsmos needs p835, p808 or both');
    await expect(createDnsmos({ p808: bytes, melVariant: 'librosa' as never })).rejects.toThrow('melVariant must be librosa-0.8.1 or librosa-0.11, got librosa');
  });
});
