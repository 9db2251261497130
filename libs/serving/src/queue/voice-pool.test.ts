import { describe, expect, it } from 'vitest';
import { ServingError } from '../errors.js';
import type { Worker, WorkerState } from '../workers/worker.js';
import { createVoicePool, type PoolLease } from './voice-pool.js';

type FakeWorker = Worker & { set(state: WorkerState, generation?: number): void };

/** A worker that is only a state. */
function fakeWorker(): FakeWorker {
  const listeners: ((state: WorkerState) => void)[] = [];
  const now: { state: WorkerState; generation: number } = { state: 'ready', generation: 1 };
  const fake = {
    dialect: 'api-v2', url: '', pid: 0, restarts: {}, logPath: '', lastError: new ServingError('SERVING_WORKER_DIED', 'planted'),
    get state() { return now.state; }, get generation() { return now.generation; },
    onState(listener: (state: WorkerState) => void) { listeners.push(listener); return () => undefined; },
    set(state: WorkerState, generation = now.generation) {
      Object.assign(now, { state, generation });
      listeners.forEach((listener) => listener(state));
    },
  };
  return fake as unknown as FakeWorker; // the pool reads only these
}

const settle = (): Promise<void> => new Promise((next) => setImmediate(next));
const setup = (count: number, maxWaiting = 64) => {
  const workers = Array.from({ length: count }, fakeWorker);
  return { workers, pool: createVoicePool({ workers, maxWaiting, startsWith: () => null, nowMs: () => 0 }) };
};

describe('createVoicePool', () => {
  it('switches each worker once for 40 requests of two voices: whose voice is held goes first', async () => {
    const { pool } = setup(2);
    let switches = 0;
    let inUse = 0;
    await Promise.all(Array.from({ length: 40 }, async (_, index) => {
      const voice = index % 3 === 0 ? 'ann' : 'bob';
      const lease = await pool.lease(voice);
      inUse += 1;
      expect(inUse).toBeLessThanOrEqual(2);
      if (lease.holds !== voice) switches += 1;
      lease.setHolds(voice, lease.worker.generation);
      await settle();
      inUse -= 1;
      lease.release();
      lease.release();
    }));
    expect([switches, pool.busy, pool.waiting]).toEqual([3, 0, 0]); // one each, and the worker whose voice ran out helps the other
  });

  it('forgets what a worker held when it was started again, also while it is leased', async () => {
    const { pool, workers } = setup(1);
    const lease = await pool.lease('ann');
    workers[0]?.set('restarting');
    workers[0]?.set('ready', 2);
    lease.setHolds('ann', 1); // the end of a switch that the restart undid
    expect(lease.holds).toBeNull();
    lease.setHolds('ann', 2);
    expect(lease.holds).toBe('ann');
    lease.release();
    workers[0]?.set('ready', 3);
    expect((await pool.lease('ann')).holds).toBeNull();
  });

  it('waits while a worker is started again, and refuses all when none is left', async () => {
    const { pool, workers } = setup(1);
    workers[0]?.set('restarting');
    const leases: PoolLease[] = [];
    const waiting = pool.lease('ann').then((lease) => leases.push(lease));
    await settle();
    expect(leases).toEqual([]);
    workers[0]?.set('ready', 2);
    await waiting;
    const next = pool.lease('ann');
    workers[0]?.set('failed');
    await expect(next).rejects.toMatchObject({ code: 'SERVING_WORKER_FAILED', message: expect.stringContaining('planted') });
    await expect(pool.lease('ann')).rejects.toMatchObject({ code: 'SERVING_WORKER_FAILED' });
  });

  it('refuses the one too many, and takes the next once a place is free', async () => {
    const { pool } = setup(1, 1);
    const lease = await pool.lease('ann');
    const second = pool.lease('ann');
    await expect(pool.lease('ann')).rejects.toMatchObject({ code: 'SERVING_QUEUE_FULL', facts: { waiting: 1, maxWaiting: 1 } });
    lease.release();
    (await second).release();
    expect(pool.waiting).toBe(0);
  });

  it('drains: who waits is refused, who speaks is waited for', async () => {
    const { pool } = setup(1);
    const lease = await pool.lease('ann');
    const waiting = pool.lease('ann');
    let drained = false;
    const drain = pool.drain().then(() => { drained = true; });
    await expect(waiting).rejects.toMatchObject({ code: 'SERVING_CLOSING' });
    await settle();
    expect(drained).toBe(false);
    lease.release();
    await drain;
    await expect(pool.lease('ann')).rejects.toMatchObject({ code: 'SERVING_CLOSING' });
  });
});
