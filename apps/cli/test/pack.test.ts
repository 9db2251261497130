// A voice goes to another machine in one file, whole and verified, or not at all.
import { createHash } from 'node:crypto';
import { mkdir, readdir, readFile, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { readVoice } from '@voxtune/serving';
import { pack, type Header } from 'tar-stream';
import { describe, expect, it } from 'vitest';
import { unpackVoice } from '../src/voice/archive.js';
import { cli, lastJson, temporaryFolder } from './cli.js';
import { demoVoice, run, someRecordings } from './voices.js';

const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

/** A voice folder that readVoice takes, without an engine. */
async function smallVoice(parent: string, name = 'small'): Promise<string> {
  const root = join(parent, name);
  await mkdir(join(root, 'voice'), { recursive: true });
  const file = async (path: string, text: string) => {
    await writeFile(join(root, path), text);
    return { path, sha256: sha256(Buffer.from(text)) };
  };
  const weights = { gpt: await file('voice/g-e1.ckpt', 'g'.repeat(70_000)), sovits: await file('voice/s_e1_s1.pth', 's'.repeat(90_000)) };
  const prompt = { ...(await file('voice/prompt-1.wav', 'RIFF')), text: '您好', language: 'zh' };
  await writeFile(join(root, 'voice.json'), JSON.stringify({ v: 1, voice: name, language: 'zh', engine: { kind: 'gpt-sovits' }, weights, prompt }));
  return root;
}

type Part = { readonly header: Partial<Header> & Pick<Header, 'name'>; readonly bytes?: Uint8Array };
async function tarOf(parts: readonly Part[]): Promise<Buffer> {
  const archive = pack();
  for (const { header, bytes = new Uint8Array() } of parts) archive.entry(header, Buffer.from(bytes));
  archive.finalize();
  const chunks: Buffer[] = [];
  for await (const chunk of archive) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

const VOICE = Buffer.from('{}');
const manifest = (files: readonly { path: string; bytes: number; sha256: string }[]): Part => ({ header: { name: 'voxtune-voice.json' }, bytes: Buffer.from(JSON.stringify({ v: 1, voice: 'evil', files })) });
const row = (path: string, bytes = VOICE) => ({ path, bytes: bytes.length, sha256: sha256(bytes) });
const file = (name: string, bytes: Uint8Array = VOICE): Part => ({ header: { name }, bytes });

describe('unpack', () => {
  it.each<[string, readonly Part[], string, number?]>([
    ['a path above the folder', [manifest([row('voice.json'), row('../evil.txt')]), file('voice.json'), file('../evil.txt')], 'outside the voice'],
    ['an absolute path', [manifest([row('voice.json'), row('/tmp/evil')])], 'outside the voice'],
    ['a backslash', [manifest([row('voice.json'), row('..\\evil')])], 'outside the voice'],
    ['a drive', [manifest([row('voice.json'), row('C:/evil')])], 'outside the voice'],
    ['a file twice in the manifest, by case', [manifest([row('voice.json'), row('Voice.json')])], 'twice'],
    ['a file twice in the archive', [manifest([row('voice.json'), row('b')]), file('voice.json'), file('voice.json')], 'second time'],
    ['a file that the manifest does not name', [manifest([row('voice.json')]), file('more')], 'does not name'],
    ['a symbolic link', [manifest([row('voice.json'), row('l')]), { header: { name: 'l', type: 'symlink', linkname: '/etc/passwd' } }], 'holds a symlink'],
    ['a hard link', [manifest([row('voice.json'), row('l')]), { header: { name: 'l', type: 'link', linkname: 'voice.json' } }], 'holds a link'],
    ['a folder', [manifest([row('voice.json')]), { header: { name: 'd', type: 'directory' } }], 'holds a directory'],
    ['another sha256', [manifest([row('voice.json', Buffer.from('[]'))]), file('voice.json')], 'is damaged'],
    ['another size', [manifest([{ ...row('voice.json'), bytes: 3 }]), file('voice.json')], 'its manifest says 3'],
    ['a missing file', [manifest([row('voice.json'), row('b')]), file('voice.json')], 'b is not in it'],
    ['no manifest first', [file('voice.json')], 'does not begin with'],
    ['more than is allowed', [manifest([row('voice.json'), { ...row('b'), bytes: 2_000_000 }])], 'are unpacked', 1_000_000],
  ])('refuses %s and leaves nothing', async (_title, parts, says, maxBytes = 1e9) => {
    const parent = await temporaryFolder();
    const archive = join(parent, 'a.tar');
    await writeFile(archive, await tarOf(parts));
    const refused = unpackVoice(archive, join(parent, 'in', 'side'), { maxBytes, signal: new AbortController().signal });
    await expect(refused).rejects.toMatchObject({ code: maxBytes === 1e9 ? 'CLI_ARCHIVE_INVALID' : 'CLI_ARCHIVE_TOO_LARGE', message: expect.stringContaining(says) });
    expect(await readdir(join(parent, 'in', 'side'))).toEqual([]);
    expect((await readdir(join(parent, 'in'))).concat(await readdir(parent)).sort()).toEqual(['a.tar', 'in', 'side']);
  }, 60_000);

  it('gives back what was packed; a cut, flipped or foreign file is refused', async () => {
    const parent = await temporaryFolder();
    const root = await smallVoice(parent);
    for (const name of ['v.tar', 'v.tgz']) {
      const archive = join(parent, name);
      const packed = await cli(['pack', root, '-o', archive, '--json']);
      expect(packed.code, packed.stdout + packed.stderr).toBe(0);
      const bytes = await readFile(archive);
      expect(bytes.length < 20_000).toBe(name === 'v.tgz');
      const into = join(parent, `into-${name}`);
      const unpacked = await cli(['unpack', archive, '--dir', into, '--json']);
      expect(unpacked.code, unpacked.stdout + unpacked.stderr).toBe(0);
      expect((await readVoice(join(into, 'small'))).version).toBe((await readVoice(root)).version);
      const again = await cli(['unpack', archive, '--dir', into, '--json']);
      expect(lastJson<{ error: { code: string } }>(again).error.code).toBe('CLI_VOICE_EXISTS');
      const damaged: readonly [string, () => Promise<unknown>][] = [
        ['cut', async () => { await writeFile(join(parent, 'bad'), bytes); await truncate(join(parent, 'bad'), Math.floor(bytes.length * 0.6)); }],
        ['flipped', async () => { const other = Buffer.from(bytes); const at = name === 'v.tar' ? 80_000 : bytes.length >> 1; other[at] = other[at]! ^ 0x20; await writeFile(join(parent, 'bad'), other); }],
        ['foreign', () => writeFile(join(parent, 'bad'), 'no archive at all'.repeat(100))],
      ];
      for (const [title, make] of damaged) {
        await make();
        const refused = await cli(['unpack', join(parent, 'bad'), '--dir', join(parent, 'none'), '--json']);
        expect([title, lastJson<{ error: { code: string } }>(refused).error.code]).toEqual([title, 'CLI_ARCHIVE_INVALID']);
        expect(await readdir(join(parent, 'none'))).toEqual([]);
      }
    }
    await writeFile(join(root, 'voice/s_e1_s1.pth'), 'other');
    const broken = await cli(['pack', root, '-o', join(parent, 'never.tar'), '--json']);
    expect(lastJson<{ error: { code: string } }>(broken).error.code).toBe('SERVING_VOICE_CHANGED');
    expect((await readdir(parent)).filter((name) => /never|\.tmp/.test(name))).toEqual([]);
  }, 120_000);
});

it('the demo’s voice speaks where it was unpacked', async () => {
  const parent = await temporaryFolder();
  const path = await demoVoice(parent, { recordings: await someRecordings(join(parent, 'recordings'), 8), epochs: [2, 2] });
  const made = await run(path);
  expect(made.code, made.stdout.slice(-1500)).toBe(0);
  const voice = JSON.parse(await readFile(join(path, 'voice.json'), 'utf8')) as { training: unknown; dataset: { sha256: string; utterances: number } };
  expect(voice.training).toMatchObject({ version: 'v2Pro', gpt: { epochs: 2 }, sovits: { epochs: 2 } });
  expect(voice.dataset).toMatchObject({ sha256: expect.stringMatching(/^[0-9a-f]{64}$/), utterances: expect.any(Number) });
  expect((await cli(['pack', path, '-o', join(parent, 'demo.voice.tar')])).code).toBe(0);
  const moved = join(parent, 'elsewhere');
  expect((await cli(['unpack', join(parent, 'demo.voice.tar'), '--dir', moved])).code).toBe(0);
  const said = await cli(['say', join(moved, 'demo'), 'Good morning.', '-o', join(parent, 'a.wav'), '--json']);
  expect(said.code, said.stdout + said.stderr).toBe(0);
  expect((await readFile(join(parent, 'a.wav'))).length).toBeGreaterThan(20_000);
}, 300_000);
