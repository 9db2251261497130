import { describe, expect, it } from 'vitest';
import { measureSpeed, type SpeedOptions } from './measure-speed.js';

/** An engine on a clock of its own: a fixed start, then half a second a second of audio; one request at a time. */
function engine(startSec: number) {
  let now = 0, busyUntil = 0, spoken = 0;
  const waiting: { at: number; go: () => void }[] = [];
  const until = (at: number): Promise<void> => new Promise((go) => { waiting.push({ at, go }); });
  const tick = async (): Promise<void> => { // jumps to the next event when all have settled
    await new Promise((go) => setImmediate(go));
    const next = waiting.sort((a, b) => a.at - b.at).shift();
    if (next === undefined) return;
    now = Math.max(now, next.at);
    next.go();
    return tick();
  };
  const speak: SpeedOptions['speak'] = async ({ text }, onFirstAudio) => {
    const durationSec = text.length;
    const begin = Math.max(now, busyUntil) + (spoken++ === 0 ? startSec : 0);
    busyUntil = begin + 0.5 * durationSec;
    await until(begin + 0.1);
    onFirstAudio();
    onFirstAudio();
    await until(busyUntil = Math.max(busyUntil, begin + 0.5 * durationSec));
    return { durationSec };
  };
  return { speak, clock: () => now, run: async <T>(work: Promise<T>): Promise<T> => { let done = false; void work.finally(() => { done = true; }).catch(() => undefined); while (!done) await tick(); return work; } };
}
const sentences = [{ id: 's', text: 'xx', language: 'en', group: 'short' }, { id: 'l', text: 'xxxxxxxx', language: 'en', group: 'long' }];

describe('speed', () => {
  it('leaves the warm-up out, and tells lengths and requests at once apart', async () => {
    const { speak, clock, run } = engine(30);
    const { rows, problems } = await run(measureSpeed({ sentences, speak, clock, concurrency: [1, 2], rounds: 4 }));
    expect(problems).toEqual([]);
    const row = (concurrency: number, group: string | null) => rows.find((one) => one.concurrency === concurrency && one.group === group)!;
    expect(row(1, null)).toMatchObject({ requests: 8, failed: 0, rtf: { p50: 0.5, p95: 0.5, p99: 0.5 }, audioPerSec: 2 });
    expect(row(1, 'short').firstAudioSec.p99).toBeCloseTo(0.1, 9);
    expect(row(2, null).audioPerSec).toBeCloseTo(2, 1); // one engine makes no more for two callers
    expect(row(2, 'short').rtf.p50!).toBeGreaterThan(1); // who waits behind a long one
    expect(row(2, 'short').rtf.p99!).toBeGreaterThanOrEqual(row(2, 'short').rtf.p95!);
  });
  it('counts what fails, and makes up no time to first audio', async () => {
    let now = 0;
    const { rows, problems } = await measureSpeed({ sentences, clock: () => now, warmUp: 0, rounds: 1, speak: async ({ id }) => { now += 1; if (id === 'l') throw Object.assign(new Error('no'), { code: 'X' }); return { durationSec: 2 }; } });
    expect(rows[0]).toMatchObject({ requests: 2, failed: 1, rtf: { p50: 0.5 }, firstAudioSec: { p50: null, p95: null, p99: null } });
    expect(problems).toEqual([{ id: 'l', code: 'X', message: 'no' }]);
  });
  it.each([[{ sentences: [] }, 'sentences must be a positive integer, got 0'], [{ concurrency: [0] }, 'concurrency must be a positive integer, got 0'], [{ warmUp: -1 }, 'warmUp must be an integer of 0 or more, got -1']])('refuses misuse %#', async (wrong, message) => {
    await expect(measureSpeed({ sentences, speak: async () => ({ durationSec: 1 }), clock: () => 0, ...wrong })).rejects.toThrow(message);
  });
});
