import { appendFile, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { openJournal, parseJournal } from './journal.js';

let dir = '';
let path = '';
beforeEach(async () => { dir = await mkdtemp(join(tmpdir(), 'journal-')); path = join(dir, 'journal.jsonl'); });
afterEach(async () => { await rm(dir, { recursive: true, force: true }); });

const write = (count: number): void => {
  const journal = openJournal(path, () => 0);
  for (let i = 0; i < count; i += 1) journal.append({ event: 'stage-event', stage: 'slice', data: { text: '切片 😀', i } });
  journal.close();
};

it('numbers its lines on, across openings', async () => {
  write(2);
  write(1);
  const { events } = parseJournal(await readFile(path));
  expect(events.map((event) => [event.seq, event.at])).toEqual([[1, '1970-01-01T00:00:00.000Z'], [2, '1970-01-01T00:00:00.000Z'], [3, '1970-01-01T00:00:00.000Z']]);
});

it('reads what is whole and goes on from there, cut at any byte', async () => {
  write(2);
  const bytes = await readFile(path);
  const ends = [...bytes.entries()].flatMap(([at, byte]) => (byte === 0x0a ? [at + 1] : []));
  for (let cut = 0; cut <= bytes.length; cut += 1) {
    await writeFile(path, bytes.subarray(0, cut));
    const whole = ends.filter((end) => end <= cut).length;
    expect(parseJournal(bytes.subarray(0, cut)).events).toHaveLength(whole);
    write(1);
    const { events, wholeBytes } = parseJournal(await readFile(path));
    const torn = cut !== (ends[whole - 1] ?? 0);
    expect(events.map((event) => event.event)).toEqual([...Array<string>(whole).fill('stage-event'), ...(torn ? ['journal-repaired'] : []), 'stage-event']);
    expect(events.map((event) => event.seq)).toEqual(events.map((_, i) => i + 1));
    expect(wholeBytes).toBe((await readFile(path)).length);
  }
});

it.each([
  ['zeros, as a power cut leaves them', Buffer.alloc(300)],
  ['half a line with its end', Buffer.from('{"v":1,"seq":9,"at":"x","ev\n')],
  ['a line that is JSON and no event', Buffer.from('{"v":1,"seq":9,"at":"x","event":"party"}\nnull\n[1]\n')],
])('cuts off %s', async (_, tail) => {
  write(2);
  await appendFile(path, tail);
  write(1);
  const { events } = parseJournal(await readFile(path));
  expect(events.map((event) => event.event)).toEqual(['stage-event', 'stage-event', 'journal-repaired', 'stage-event']);
  expect(events[2]).toMatchObject({ droppedBytes: tail.length });
});

it('passes over a damaged line in the middle and keeps the rest', async () => {
  write(3);
  const lines = (await readFile(path, 'utf8')).split('\n');
  lines[1] = lines[1]!.slice(0, 20);
  await writeFile(path, lines.join('\n'));
  expect(parseJournal(await readFile(path)).events.map((event) => event.seq)).toEqual([1, 3]);
});

it('refuses a place that cannot be written, by name', () => {
  expect(() => openJournal(join(dir, 'no', 'journal.jsonl'), () => 0)).toThrow(expect.objectContaining({ code: 'PIPELINE_NOT_WRITABLE' }));
});
