import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openBench, post, type Bench } from '../../test/support/gateway.js';
import type { Gateway } from '../http/gateway.js';
import { parseGpuMemory, parseResidentBytes, planRecycle, readResidentBytes } from './recycle.js';

describe('planRecycle', () => {
  it.each([
    ['nothing limited', 1000, 1e12, {}, null], ['few requests', 9, null, { maxRequests: 10 }, null], ['enough requests', 10, null, { maxRequests: 10 }, 'requests'],
    ['little memory', 1, 100, { maxResidentBytes: 100 }, null], ['much memory', 1, 101, { maxResidentBytes: 100 }, 'memory'], ['memory that is not known', 1, null, { maxResidentBytes: 100 }, null],
  ] as const)('%s', (_, requests, residentBytes, limits, due) => expect(planRecycle({ requests, residentBytes }, limits)).toBe(due));
});

it('reads what the system says of memory', async () => {
  expect(parseResidentBytes('Name:\tpython\nVmPeak:\t  9 kB\nVmRSS:\t  2048 kB\n')).toBe(2 ** 21);
  expect(parseResidentBytes('Name:\tkthreadd\n')).toBeNull();
  expect(parseGpuMemory('0, 1024\n1, 0\n[N/A]\n')).toEqual([{ gpu: '0', usedBytes: 2 ** 30 }, { gpu: '1', usedBytes: 0 }]);
  const own = await readResidentBytes(process.pid);
  if (process.platform !== 'win32') expect(Math.abs((own ?? 0) / process.memoryUsage().rss - 1)).toBeLessThan(0.5); // the same thing, a moment apart
  expect(await readResidentBytes(2 ** 30)).toBeNull();
});

describe('a gateway', () => {
  let bench: Bench;
  beforeEach(async () => { bench = await openBench(); });
  afterEach(() => bench.close());
  const say = async (gateway: Gateway, input: string): Promise<number> => {
    const response = await post(`${gateway.url}/v1/audio/speech`, { input, response_format: 'wav' });
    await response.arrayBuffer();
    return response.status;
  };

  it('starts workers again after so many requests, one at a time, and loses none', async () => {
    const gateway = await bench.gateway({ voices: [await bench.voice('ann')], ffmpeg: null, worker: { count: 2, recycle: { maxRequests: 4 } } });
    const statuses = await Promise.all(Array.from({ length: 30 }, (_, n) => say(gateway, `Sentence number ${n}.`)));
    expect(statuses.every((status) => status === 200)).toBe(true);
    const recycled = gateway.workers.reduce((sum, { restarts }) => sum + (restarts.requests ?? 0), 0);
    expect(recycled).toBeGreaterThanOrEqual(1); // while one starts, the other serves all
    expect(recycled).toBeLessThanOrEqual(30 / 4);
    expect(gateway.workers.every(({ restarts }) => restarts.died === undefined)).toBe(true);
  });

  it('starts a worker again that has grown, and tells what it holds', async () => {
    const gateway = await bench.gateway({ voices: [await bench.voice('ann')], ffmpeg: null, worker: { recycle: { maxResidentBytes: 2 ** 20 } } }); // any Node process holds more
    await expect.poll(async () => /^voxtune_worker_resident_memory_bytes\{worker="0"\} \d{8,}$/m.test(await (await fetch(`${gateway.url}/metrics`)).text())).toBe(true);
    expect(await say(gateway, 'Hello there')).toBe(200);
    await expect.poll(() => gateway.workers[0]?.restarts.memory ?? 0, { timeout: 10_000 }).toBe(1);
    expect(await say(gateway, 'Hello again')).toBe(200);
  });

  it('is not brought down by a text on which the engine dies, however often it is sent', async () => {
    const gateway = await bench.gateway({ voices: [await bench.voice('ann')], ffmpeg: null, worker: { restart: { firstPauseMs: 1, maxInARow: 2 } }, engine: { faults: [{ kind: 'die', text: 'poison' }] } });
    for (let n = 0; n < 2; n += 1) {
      expect(await say(gateway, 'poison text')).toBe(502); // each kills two processes: the second time would be too many in a row, had the good text not come between
      expect(await say(gateway, 'good text')).toBe(200);
    }
  }, 120_000); // starts six engines

  it.each([[{ maxRequests: 0 }, 'recycle.maxRequests'], [{ maxRequests: 1.5 }, 'recycle.maxRequests'], [{ maxResidentBytes: 0 }, 'recycle.maxResidentBytes']])('refuses %j', async (recycle, name) => {
    await expect(bench.gateway({ voices: [await bench.voice('ann')], worker: { recycle } })).rejects.toThrow(name);
  });
});
