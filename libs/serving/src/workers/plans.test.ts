import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { planEnd } from './end-group.js';
import { findFreePort } from './find-port.js';
import { createLogTail } from './log-tail.js';
import { parseListeners, parseProcessGroup } from './owns-port.js';
import { planBackOff } from './plan-back-off.js';

const policy = { maxInARow: 5, firstPauseMs: 200, maxPauseMs: 1000, resetAfterMs: 60_000 };

it('pauses longer after each failure, never longer than the longest, and gives up', () => {
  expect([0, 1, 2, 3, 4, 5, 6].map((failures) => planBackOff(failures, policy))).toEqual([0, 0, 200, 400, 800, 1000, null]);
  expect(planBackOff(1, { ...policy, maxInARow: 0 })).toBeNull();
});

it('ends a group by signal, and a tree by command on Windows', () => {
  expect(planEnd('linux', 42, false)).toEqual({ kind: 'signal', target: -42, signal: 'SIGTERM' });
  expect(planEnd('darwin', 42, true)).toEqual({ kind: 'signal', target: -42, signal: 'SIGKILL' });
  expect(planEnd('win32', 42, false)).toEqual({ kind: 'command', command: 'taskkill', args: ['/pid', '42', '/T', '/F'] });
});

describe('the log tail', () => {
  it('keeps the last lines, however they are cut into pieces', () => {
    fc.assert(fc.property(fc.array(fc.stringMatching(/^[a-z]{1,6}$/), { maxLength: 60 }), fc.nat(30), (lines, at) => {
      const tail = createLogTail(20);
      const text = lines.map((line) => `${line}\n`).join('');
      tail.push(text.slice(0, at));
      tail.push(text.slice(at));
      expect(tail.lines()).toEqual(lines.slice(-20));
    }));
  });
  it('counts a line that has not ended, and cuts one that does not end', () => {
    const tail = createLogTail(2, 5);
    tail.push('first\r10%\r20%');
    expect(tail.lines()).toEqual(['10%', '20%']);
    tail.push('x'.repeat(1000));
    expect(tail.lines().at(-1)?.length).toBeLessThan(10);
  });
});

describe('who listens', () => {
  // Two lines of a Linux /proc/net/tcp: 9880 listening, 9881 connected
  const table = `  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode
   0: 0100007F:2698 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 12345 1 0000000000000000 100 0 0 10 0
   1: 0100007F:2699 0100007F:8F3A 01 00000000:00000000 00:00000000 00000000     0        0 67890 1 0000000000000000 20 4 30 10 -1`;
  it('reads the listening socket of a port', () => {
    expect([parseListeners(table, 9880), parseListeners(table, 9881), parseListeners(table, 80)]).toEqual([['12345'], [], []]);
  });
  it('reads the process group behind any command name', () => {
    expect([parseProcessGroup('7 (a b) c) S 1 77 77 0'), parseProcessGroup('7 (node) R 1 8 8 0')]).toEqual([77, 8]);
  });
});

it('refuses a port that is none', async () => {
  await expect(findFreePort(70_000)).rejects.toThrow('wanted must be a port from 0 to 65535, got 70000');
});
