// Many callers, several voices, few workers, and every fault at once. `npm run soak` runs it in full.
import { expect, inject, it } from 'vitest';
import { groupAlive } from '../src/workers/end-group.js';
import { bytesOf, openBench, post } from './support/gateway.js';
import { readSaying } from './support/saying.js';

declare module 'vitest' {
  interface ProvidedContext {
    soakRequests: number;
    soakDeadlineMs: number;
  }
}

const REQUESTS = inject('soakRequests');
const CALLERS = 64;
const VOICES = ['ann', 'bob', 'cho', 'dee'];
const GROWTH_MIB = 64; // ours: of the heap over the whole run; a leak of one answer in a hundred would be more in the full one

// What the engines do at such texts, and what a caller may then be told; a kill from outside can add SERVING_ENGINE_LOST to any of them
const FAULTS = { mute: 'SERVING_ENGINE_SILENT', refused: 'SERVING_ENGINE_REFUSED', severed: 'SERVING_ENGINE_LOST', poison: 'SERVING_ENGINE_LOST', stuck: 'SERVING_DEADLINE', sluggish: null } as const;
const RULES = [
  { kind: 'silence', text: 'mute' }, { kind: 'refuse', text: 'refused' }, { kind: 'drop', text: 'severed' }, { kind: 'die', text: 'poison' }, { kind: 'hang', text: 'stuck' },
  { kind: 'slow', text: 'sluggish', delayMs: 50 },
];
const MAY_ALWAYS = new Set(['SERVING_QUEUE_FULL', 'SERVING_ENGINE_LOST', 'SERVING_DEADLINE', 'SERVING_VOICE_SWITCH', 'SERVING_WORKER_STOPPED']);

/** A fault for some requests: one in a hundred each, hangs and deaths one in 400. */
function faultFor(index: number): keyof typeof FAULTS | null {
  if (index % 400 === 399) return 'stuck';
  if (index % 400 === 199) return 'poison';
  return ({ 10: 'mute', 30: 'refused', 50: 'severed', 70: 'sluggish' } as const)[index % 100 as 10] ?? null;
}

/** As the kernel does when memory is short; one that has just died by itself is as good. */
function killWorker(pid: number): void {
  try {
    if (pid > 0) process.kill(pid, 'SIGKILL');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

it(`crosses, corrupts, silences and loses nothing in ${REQUESTS} requests of ${CALLERS} callers with faults`, async () => {
  const bench = await openBench();
  try {
    const gateway = await bench.gateway({ voices: await Promise.all(VOICES.map((id) => bench.voice(id))), worker: { count: 2 }, maxWaiting: CALLERS, deadlineMs: inject('soakDeadlineMs'), ffmpeg: null, engine: { speakMs: 2, faults: RULES } });
    const tally = new Map<string, number>();
    const wrong: string[] = [];
    let next = 0;
    const rss: number[] = []; // MiB, at each tenth of the way
    let startHeap = 0;
    const count = (what: string): void => void tally.set(what, (tally.get(what) ?? 0) + 1);
    const ask = async (index: number): Promise<void> => {
      const voice = VOICES[(index * 7) % VOICES.length] as string;
      const fault = faultFor(index);
      const input = `${fault ?? 'plain'} sentence number ${index}.`;
      const streamed = index % 4 === 3;
      try {
        const response = await post(`${gateway.url}/v1/audio/speech`, { voice, input, response_format: 'wav', ...(streamed ? { stream_format: 'audio' } : {}) });
        if (response.status !== 200) {
          const { code } = ((await response.json()) as { error: { code: string } }).error;
          count(code);
          if (!(fault !== null && FAULTS[fault] === code) && !MAY_ALWAYS.has(code)) wrong.push(`${index}: ${code}`);
          return;
        }
        const said = readSaying(await bytesOf(response));
        count('spoken');
        if (!said.text.includes(`number ${index}.`) || said.promptText !== `I am ${voice}` || [said.gpt, said.sovits, said.prompt].some((path) => path.split('/').at(-2) !== voice) || said.crowded) wrong.push(`${index}: ${voice} got ${JSON.stringify(said)}`);
      } catch (error) {
        // A stream that the engine broke off must break: a status was sent already
        if (streamed) count('broken stream');
        else wrong.push(`${index}: ${(error as Error).message}`);
        if (streamed && fault === null) count('broken without a fault of its own');
      }
    };
    await Promise.all(Array.from({ length: CALLERS }, async () => {
      for (let index = next++; index < REQUESTS; index = next++) {
        if (index === Math.floor(REQUESTS / 4)) startHeap = process.memoryUsage().heapUsed;
        if (index % Math.ceil(REQUESTS / 10) === 0) rss.push(Math.round(process.memoryUsage().rss / 2 ** 20));
        if (index % 500 === 250) killWorker(gateway.workers[Math.floor(index / 500) % 2]?.pid ?? 0);
        await ask(index);
      }
    }));
    rss.push(Math.round(process.memoryUsage().rss / 2 ** 20));
    const pids = gateway.workers.map(({ pid }) => pid);
    const text = await (await fetch(`${gateway.url}/metrics`)).text();
    await gateway.close();
    const growth = (process.memoryUsage().heapUsed - startHeap) / 2 ** 20;
    console.info(`soak: ${[...tally].map(([what, times]) => `${times} ${what}`).join(', ')}; heap ${growth >= 0 ? '+' : ''}${growth.toFixed(0)} MiB; resident, MiB, at each tenth: ${rss.join(' ')}; ${/^voxtune_voice_switches_total (\d+)$/m.exec(text)?.[1] ?? '?'} voice switches`);
    expect(wrong).toEqual([]);
    const answered = [...tally].filter(([what]) => what !== 'broken without a fault of its own').reduce((sum, [, times]) => sum + times, 0);
    expect(answered).toBe(REQUESTS); // each has an answer
    expect(tally.get('spoken') ?? 0).toBeGreaterThan(REQUESTS * 0.85);
    expect(tally.get('SERVING_QUEUE_FULL') ?? 0).toBe(0); // no more callers than places
    expect(pids.map(groupAlive)).toEqual(pids.map(() => false));
    expect(growth).toBeLessThan(GROWTH_MIB);
  } finally {
    await bench.close();
  }
}, 3_600_000);
