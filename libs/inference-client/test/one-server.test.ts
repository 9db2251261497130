// Many requests at one server, which can do one thing at a time.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createLimit } from '../src/limit.js';
import { type StandInVoice, type StandInServer } from '../src/testing/types.js';
import { clientOf, failure, RATE, request, standIn, tone } from './support/bench.js';

describe('one server, many requests', () => {
  const hz: Record<string, number> = { a: 300, b: 700 };
  const speak = ({ text }: { text: string }, voice: StandInVoice) => ({ samples: tone([...text].length / 12, hz[voice.promptText] ?? 1), sampleRateHz: RATE });
  const crossings = (samples: Float32Array) => samples.reduce((n, value, i) => n + (i > 0 && value >= 0 !== samples[i - 1]! >= 0 ? 1 : 0), 0);
  const pitch = async (server: StandInServer, promptText: string) => {
    const { audio } = await clientOf(server, { dialect: 'api-v2' }).synthesize(request({ promptText, fragmentIntervalSec: 0 }));
    return Math.round(crossings(audio.samples ?? new Float32Array()) / 2 / audio.durationSec / 100) * 100;
  };

  it('answers each with its own voice, in turn', async () => {
    const server = await standIn('api-v2', { speak });
    expect(await Promise.all(['a', 'b', 'a', 'b'].map((name) => pitch(server, name)))).toEqual([300, 700, 300, 700]);
  });

  it('crosses voices when told to, which a caller must prevent by waiting', async () => {
    const server = await standIn('api-v2', { speak, faults: [{ kind: 'mix' }] });
    expect(await Promise.all(['a', 'b'].map((name) => pitch(server, name)))).toEqual([700, 300]);
    expect([await pitch(server, 'a'), await pitch(server, 'b')]).toEqual([300, 700]);
  });

  it('takes turns within one client, so that even such a server crosses nothing', async () => {
    const client = clientOf(await standIn('api-v2', { speak, faults: [{ kind: 'mix' }] }), { dialect: 'api-v2' });
    const results = await Promise.all(['a', 'b', 'a'].map((promptText) => client.synthesize(request({ promptText, fragmentIntervalSec: 0 }))));
    expect(results.map(({ audio }) => Math.round(crossings(audio.samples ?? new Float32Array()) / 2 / audio.durationSec / 100) * 100)).toEqual([300, 700, 300]);
    const waited = results.map(({ timing }) => timing.queueMs ?? -1);
    expect(waited[0]! < waited[1]! && waited[1]! < waited[2]!).toBe(true);
  });

  it('sends several at once where that is asked for', async () => {
    let [inside, most] = [0, 0];
    const slow = async () => {
      most = Math.max(most, (inside += 1));
      await new Promise((next) => setTimeout(next, 100));
      inside -= 1;
      return { samples: tone(4), sampleRateHz: RATE };
    };
    const client = clientOf(await standIn('api', { speak: slow }), { dialect: 'api', concurrency: 2 });
    await Promise.all(Array.from({ length: 5 }, () => client.synthesize(request())));
    expect(most).toBe(2);
    expect(() => clientOf({ url: 'http://x' }, { concurrency: 0 })).toThrow('concurrency must be a positive integer or Infinity, got 0');
  });

  it('lets one go that waits for its turn, and never sends it; a stream that is left gives its turn back', async () => {
    const texts: unknown[] = [];
    const client = clientOf(await standIn('api-v2', { speak, onRequest: ({ body }) => void texts.push(body['text']) }), { dialect: 'api-v2' });
    const first = client.stream(request({ text: 'The first sentence to say.' }))[Symbol.asyncIterator]();
    await first.next();
    const leaving = new AbortController();
    const second = failure(client.synthesize(request({ text: 'Never sent.' }), { signal: leaving.signal }));
    const third = failure(client.synthesize(request({ text: 'Too late.' }), { timeoutMs: 50 }));
    leaving.abort();
    expect([(await second).code, (await third).code]).toEqual(['CLIENT_ABORTED', 'CLIENT_TIMEOUT']);
    await first.return?.();
    await client.synthesize(request({ text: 'The last sentence to say.' }));
    expect(texts).toEqual(['The first sentence to say.', 'The last sentence to say.']);
  });
});

it('lets no more in than it may, in the order in which they came, whoever leaves', () => fc.assert(fc.asyncProperty(fc.integer({ min: 1, max: 4 }), fc.array(fc.record({ leaves: fc.boolean() }), { maxLength: 20 }), async (most, comers) => {
  const limit = createLimit(most);
  let inside = 0;
  const order: number[] = [];
  await Promise.all(comers.map(async ({ leaves }, n) => {
    const signal = leaves && n >= most ? AbortSignal.abort() : new AbortController().signal;
    const leave = await limit.enter(signal);
    if (signal.aborted) return leave();
    order.push(n);
    inside += 1;
    if (inside > most) throw new Error(`${inside} inside`);
    await Promise.resolve();
    inside -= 1;
    leave();
    leave();
  }));
  expect(order).toEqual(comers.flatMap(({ leaves }, n) => (leaves && n >= most ? [] : [n])));
})));
