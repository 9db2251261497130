import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';
import { checkZip } from './check-zip.js';

const dir = mkdtempSync(join(tmpdir(), 'voxtune-zip-'));
afterAll(() => rmSync(dir, { recursive: true, force: true }));
const TENSOR = fileURLToPath(new URL('../../../../../shared/vectors/engine/exp/7-sv_cn/zh_01.wav.pt', import.meta.url));
const write = (name: string, bytes: Uint8Array): string => {
  writeFileSync(join(dir, name), bytes);
  return join(dir, name);
};

describe.skipIf(!existsSync(TENSOR))('a tensor that torch saved (needs the shared vectors)', () => {
  const bytes = existsSync(TENSOR) ? readFileSync(TENSOR) : Buffer.alloc(0);
  it('is whole', async () => {
    expect(await checkZip(TENSOR)).toBeNull();
  });
  it.each([1, 22, 200, 5000, 80_000])('without its last %i bytes is not', async (cut) => {
    expect(await checkZip(write('cut', bytes.subarray(0, bytes.length - cut)))).toMatch(/cut short|bytes only/);
  });
  it('with a hole at its start is not', async () => {
    expect(await checkZip(write('hole', bytes.subarray(1000)))).toMatch(/begins with/);
  });
  it('as Pro weights carry their version in the first two bytes', async () => {
    const pro = Buffer.concat([Buffer.from('05'), bytes.subarray(2)]);
    expect(await checkZip(write('pro', pro), { head: '05' })).toBeNull();
    expect(await checkZip(write('pro', pro))).toContain('begins with "05"');
  });
});

it('says so when there is none or it is empty', async () => {
  expect(await checkZip(join(dir, 'none'))).toBe('is not there');
  expect(await checkZip(write('empty', new Uint8Array()))).toBe('has 0 bytes only');
});

it('sees a zip that is cut short, also where only its directory is gone', async () => {
  const head = Buffer.concat([Buffer.from('PK\u0003\u0004', 'latin1'), Buffer.alloc(600), Buffer.alloc(46, 1)]);
  const end = Buffer.alloc(22);
  end.write('PK\u0005\u0006', 0, 'latin1');
  end.writeUInt32LE(46, 12); // the directory's size and place
  end.writeUInt32LE(604, 16);
  const whole = Buffer.concat([head, end]);
  expect(await checkZip(write('whole', whole))).toBeNull();
  expect(await checkZip(write('half', whole.subarray(0, 640)))).toBe('is cut short: it has no end of a zip archive');
  expect(await checkZip(write('gap', Buffer.concat([whole.subarray(0, 560), end])))).toBe('is cut short: its directory lies outside it');
});
