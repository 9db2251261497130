import { afterEach, beforeEach, expect, it } from 'vitest';
import { bytesOf, openBench, post, type Bench } from '../../test/support/gateway.js';
import { readSaying } from '../../test/support/saying.js';
import { groupAlive } from '../workers/end-group.js';
import type { Gateway } from './gateway.js';

let bench: Bench;
beforeEach(async () => { bench = await openBench(); });
afterEach(() => bench.close());

const say = (gateway: Gateway, voice: string, input: string, init: RequestInit = {}): Promise<Response> => post(`${gateway.url}/v1/audio/speech`, { input, voice, response_format: 'wav' }, init);
const codeOf = async (response: Response): Promise<unknown> => ((await response.json()) as { error: { code: unknown } }).error.code;
const metric = async (gateway: Gateway, name: string): Promise<number> => Number(new RegExp(`^${name} (\\d+)$`, 'm').exec(await (await fetch(`${gateway.url}/metrics`)).text())?.[1] ?? 0);
const until = async (holds: () => boolean | Promise<boolean>): Promise<void> => {
  for (let waited = 0; !(await holds()); waited += 10) {
    if (waited > 10_000) throw new Error('waited too long');
    await new Promise((next) => setTimeout(next, 10));
  }
};

it('crosses and loses nothing: two voices, 40 requests at once, two workers; no process is left', async () => {
  const gateway = await bench.gateway({ voices: [await bench.voice('ann'), await bench.voice('bob')], worker: { count: 2 }, engine: { speakMs: 5 } });
  const asked = Array.from({ length: 40 }, (_, index) => ({ voice: index % 3 === 0 ? 'ann' : 'bob', text: `sentence number ${index}` }));
  const answers = await Promise.all(asked.map(async ({ voice, text }) => {
    const response = await say(gateway, voice, text);
    expect(response.status).toBe(200);
    return readSaying(await bytesOf(response));
  }));
  answers.forEach((said, index) => {
    const { voice, text } = asked[index] as (typeof asked)[number];
    expect(said.text).toContain(text);
    expect([said.gpt, said.sovits, said.prompt].map((path) => path.split('/').at(-2))).toEqual([voice, voice, voice]);
    expect([said.promptText, said.crowded]).toEqual([`I am ${voice}`, false]);
  });
  const pids = gateway.workers.map((worker) => worker.pid);
  await gateway.close();
  await gateway.close();
  expect(pids.map(groupAlive)).toEqual([false, false]);
});

it('speaks on when a worker is killed in the middle of a sentence', async () => {
  const gateway = await bench.gateway({ voices: [await bench.voice('ann'), await bench.voice('bob')], worker: { count: 2 }, engine: { speakMs: 300 } });
  const waiting = Promise.all(['ann', 'bob', 'ann', 'bob'].map(async (voice, index) => ({ voice, response: await say(gateway, voice, `sentence number ${index}`) })));
  await new Promise((next) => setTimeout(next, 150));
  process.kill((gateway.workers[0] as Gateway['workers'][number]).pid, 'SIGKILL');
  for (const { voice, response } of await waiting) {
    expect(response.status).toBe(200);
    const said = readSaying(await bytesOf(response)); // a new process holds nothing until the weights are loaded again
    expect([said.gpt, said.sovits, said.prompt].map((path) => path.split('/').at(-2))).toEqual([voice, voice, voice]);
  }
});

it('gives a typed error when the worker dies on the same text again', async () => {
  const gateway = await bench.gateway({ voices: [await bench.voice('ann')], engine: { faults: [{ kind: 'die', text: 'poison' }] } });
  const response = await say(gateway, 'ann', 'poison text');
  expect([response.status, await codeOf(response)]).toEqual([502, 'SERVING_ENGINE_LOST']);
  expect((await say(gateway, 'ann', 'good text')).status).toBe(200);
});

it('starts a worker again that lives but no longer listens', async () => {
  const gateway = await bench.gateway({ voices: [await bench.voice('ann')], engine: { dieBy: 'closing', faults: [{ kind: 'die', text: 'poison' }] } });
  expect((await say(gateway, 'ann', 'poison text')).status).toBe(502);
  expect((await say(gateway, 'ann', 'good text')).status).toBe(200);
  expect(gateway.workers[0]?.restarts).toEqual({ lost: 2 });
});

it('kills and restarts a worker that hangs past the deadline', async () => {
  const gateway = await bench.gateway({ voices: [await bench.voice('ann')], deadlineMs: 2500, engine: { faults: [{ kind: 'hang', text: 'stuck' }] } });
  const [worker] = gateway.workers;
  const pid = worker?.pid;
  const response = await say(gateway, 'ann', 'stuck text');
  expect([response.status, await codeOf(response)]).toEqual([504, 'SERVING_DEADLINE']);
  await until(() => worker?.state === 'ready' && worker.pid !== pid);
  expect(worker?.restarts).toEqual({ hung: 1 });
  expect((await say(gateway, 'ann', 'good text')).status).toBe(200);
});

it('tries a silent answer once more, then says that it was silent', async () => {
  const gateway = await bench.gateway({ voices: [await bench.voice('ann')], engine: { faults: [{ kind: 'silence', requests: [1] }, { kind: 'silence', text: 'mute' }] } });
  const second = await say(gateway, 'ann', 'one sentence');
  expect([second.status, second.headers.get('x-voxtune-attempts')]).toEqual([200, '2']);
  const never = await say(gateway, 'ann', 'mute text');
  expect([never.status, await codeOf(never)]).toEqual([502, 'SERVING_ENGINE_SILENT']);
  expect(await metric(gateway, 'voxtune_silent_output_total')).toBe(3);
});

it('passes on what the engine refuses, without its paths and without trying again', async () => {
  const gateway = await bench.gateway({ voices: [await bench.voice('ann')], engine: { faults: [{ kind: 'refuse', text: 'bad', message: '/home/someone/prompt.wav is not right' }] } });
  const response = await say(gateway, 'ann', 'bad text');
  const { error } = (await response.json()) as { error: { code: string; message: string } };
  expect([response.status, error.code, error.message]).toEqual([502, 'SERVING_ENGINE_REFUSED', 'The engine refused: tts failed: \u2026/prompt.wav is not right']);
});

it('refuses the request that no place is left for, and says when to come back', async () => {
  const gateway = await bench.gateway({ voices: [await bench.voice('ann')], maxWaiting: 2, engine: { speakMs: 600 } });
  const responses = await Promise.all(Array.from({ length: 6 }, (_, index) => say(gateway, 'ann', `sentence ${index}`)));
  expect(responses.map(({ status }) => status).sort()).toEqual([200, 200, 200, 429, 429, 429]);
  const refused = responses.find(({ status }) => status === 429) as Response;
  expect(Number(refused.headers.get('retry-after'))).toBeGreaterThanOrEqual(1);
  expect(await codeOf(refused)).toBe('SERVING_QUEUE_FULL');
});

it('drops a waiting request whose caller hung up, and lets nobody in while a spoken one still runs', async () => {
  // api.py speaks for several at a time, and says when it did (api_v2.py would only let them wait)
  const gateway = await bench.gateway({ voices: [await bench.voice('ann')], worker: { dialect: 'api' }, engine: { speakMs: 1000 } });
  const [first, second] = [new AbortController(), new AbortController()];
  const gone = [say(gateway, 'ann', 'first', { signal: first.signal }), say(gateway, 'ann', 'second', { signal: second.signal })].map((one) => one.catch((error: Error) => error.name));
  await until(async () => (await metric(gateway, 'voxtune_queue_depth')) === 1);
  first.abort();
  second.abort();
  expect(await Promise.all(gone)).toEqual(['AbortError', 'AbortError']);
  await until(async () => (await metric(gateway, 'voxtune_queue_depth')) === 0);
  expect(readSaying(await bytesOf(await say(gateway, 'ann', 'third')))).toMatchObject({ text: expect.stringContaining('third'), crowded: false });
});

it('finishes what is being spoken when it closes, and refuses what waits', async () => {
  const gateway = await bench.gateway({ voices: [await bench.voice('ann')], engine: { speakMs: 3000 } });
  const speaking = say(gateway, 'ann', 'being spoken');
  await new Promise((next) => setTimeout(next, 150));
  const waiting = say(gateway, 'ann', 'waiting');
  await until(async () => (await metric(gateway, 'voxtune_queue_depth')) === 1);
  const [done, refused] = await Promise.all([speaking, waiting, gateway.close()]);
  expect([done.status, refused.status, await codeOf(refused)]).toEqual([200, 503, 'SERVING_CLOSING']);
  expect(readSaying(await bytesOf(done)).text).toContain('being spoken');
});

it('finishes what is being spoken when its signal aborts; an abort before leaves nothing running', async () => {
  const stop = new AbortController();
  const voices = [await bench.voice('ann')];
  const gateway = await bench.gateway({ voices, engine: { speakMs: 800 }, signal: stop.signal });
  const speaking = say(gateway, 'ann', 'being spoken');
  await until(async () => (await (await fetch(`${gateway.url}/metrics`)).text()).includes('voxtune_queue_wait_seconds_count 1'));
  stop.abort();
  expect((await speaking).status).toBe(200);
  await until(() => gateway.workers.every(({ state, pid }) => state === 'stopped' && !groupAlive(pid)));
  await expect(bench.gateway({ voices, signal: stop.signal })).rejects.toThrow();
  const late = new AbortController();
  const started = bench.gateway({ voices, engine: { startMs: 60_000 }, signal: late.signal });
  setTimeout(() => late.abort(), 200);
  await expect(started).rejects.toMatchObject({ code: 'SERVING_WORKER_STOPPED' });
});

it('switches voices of an engine without a route for it by starting it again', async () => {
  const gateway = await bench.gateway({ voices: [await bench.voice('ann'), await bench.voice('bob')], worker: { dialect: 'guide' } });
  for (const voice of ['ann', 'bob', 'ann']) expect(readSaying(await bytesOf(await say(gateway, voice, 'Hello there'))).gpt).toContain(`/${voice}/`);
  expect(gateway.workers[0]?.restarts).toEqual({ switch: 2 });
});

it('speaks through api.py as well', async () => {
  const gateway = await bench.gateway({ voices: [await bench.voice('ann'), await bench.voice('bob')], worker: { dialect: 'api' } });
  for (const voice of ['ann', 'bob']) expect(readSaying(await bytesOf(await say(gateway, voice, 'Hello there')))).toMatchObject({ promptText: `I am ${voice}` });
});

it('starts an engine again between voices whose prompts say the same in two languages', async () => {
  const prompt = async (id: string, language: string) => { const voice = await bench.voice(id); return { ...voice, prompt: { ...voice.prompt, text: '123', language } }; };
  const gateway = await bench.gateway({ voices: [await prompt('ann', 'en'), await prompt('bob', 'zh')] });
  expect((await say(gateway, 'ann', 'Hello')).status).toBe(200);
  expect((await say(gateway, 'bob', 'Hello')).status).toBe(200);
  expect(gateway.workers[0]?.restarts).toEqual({ switch: 1 });
});

it('says so, and lets nothing else suffer, when the files of a voice are gone or changed', async () => {
  const bob = await bench.voice('bob');
  const gateway = await bench.gateway({ voices: [await bench.voice('ann'), bob] });
  const { rm, writeFile } = await import('node:fs/promises');
  await rm(bob.weights.gptPath);
  const failures = [await say(gateway, 'bob', 'Hello')];
  await writeFile(bob.weights.gptPath, 'other weights');
  failures.push(await say(gateway, 'bob', 'Hello'));
  expect(await Promise.all(failures.map(codeOf))).toEqual(['SERVING_VOICE_FILE_MISSING', 'SERVING_VOICE_CHANGED']);
  expect(readSaying(await bytesOf(await say(gateway, 'ann', 'Hello'))).promptText).toBe('I am ann');
});

it('speaks no word when the check after a switch says no', async () => {
  const gateway = await bench.gateway({ voices: [await bench.voice('ann'), await bench.voice('bob')], verifyVoice: async ({ voice }) => voice.id === 'ann' });
  const response = await say(gateway, 'bob', 'Hello');
  expect([response.status, await codeOf(response)]).toEqual([500, 'SERVING_VOICE_SWITCH']);
  expect(readSaying(await bytesOf(await say(gateway, 'ann', 'Hello'))).promptText).toBe('I am ann');
});
