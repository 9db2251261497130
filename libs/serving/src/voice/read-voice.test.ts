import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { makeVoice } from '../../test/support/make-voice.js';
import { checkVoiceUnchanged, readVoice } from './read-voice.js';

let parent = '';
beforeEach(async () => { parent = await mkdtemp(join(tmpdir(), 'voxtune-voice-')); });
afterEach(() => rm(parent, { recursive: true, force: true }));

const edit = async (dir: string, change: (document: Record<string, object>) => unknown): Promise<void> => {
  const path = join(dir, 'voice.json');
  await writeFile(path, JSON.stringify(change(JSON.parse(await readFile(path, 'utf8')) as Record<string, object>)));
};

describe('readVoice', () => {
  it('gives absolute paths of files that are what was published, whatever the folder is called', async () => {
    const dir = await makeVoice(join(parent, '客服 #1 "quoted"'), 'mei');
    const voice = await readVoice(dir);
    expect(voice).toMatchObject({ id: 'mei', language: 'en', weights: { gptPath: join(dir, 'gpt.ckpt'), sovitsPath: join(dir, 'sovits.pth') }, prompt: { path: join(dir, 'prompt.wav'), text: 'I am mei', language: 'en' } });
    expect(voice.version).toMatch(/^[0-9a-f]{16}$/);
    await expect(checkVoiceUnchanged(voice)).resolves.toBeUndefined();
  });

  it.each([
    ['SERVING_VOICE_MISSING', 'voice.json', async (dir: string) => rm(join(dir, 'voice.json'))],
    ['SERVING_VOICE_INVALID', 'not JSON', async (dir: string) => writeFile(join(dir, 'voice.json'), '{"v":1,')],
    ['SERVING_VOICE_INVALID', 'v:', async (dir: string) => edit(dir, (document) => ({ ...document, v: 2 }))],
    ['SERVING_VOICE_INVALID', 'weights.gpt', async (dir: string) => edit(dir, (document) => ({ ...document, weights: {} }))],
    ['SERVING_VOICE_INVALID', 'voice:', async (dir: string) => edit(dir, (document) => ({ ...document, voice: '../mei' }))],
    ['SERVING_VOICE_INVALID', 'voice:', async (dir: string) => edit(dir, (document) => ({ ...document, voice: 'a..b' }))],
    ['SERVING_VOICE_FILE_MISSING', 'weights.sovits of mei is missing', async (dir: string) => rm(join(dir, 'sovits.pth'))],
    ['SERVING_VOICE_FILE_MISSING', 'prompt of mei is empty', async (dir: string) => writeFile(join(dir, 'prompt.wav'), '')],
    ['SERVING_VOICE_CHANGED', 'weights.gpt of mei is not what was published', async (dir: string) => writeFile(join(dir, 'gpt.ckpt'), 'gpt of mex')],
    ['SERVING_VOICE_OUTSIDE', 'lies outside', async (dir: string) => edit(dir, (document) => ({ ...document, prompt: { ...document['prompt'], path: '../other.wav' } }))],
    ['SERVING_VOICE_OUTSIDE', 'lies outside', async (dir: string) => edit(dir, (document) => ({ ...document, prompt: { ...document['prompt'], path: '/etc/hostname' } }))],
  ])('refuses with %s: %s', async (code, words, damage) => {
    const dir = await makeVoice(parent, 'mei');
    await damage(dir);
    await expect(readVoice(dir)).rejects.toMatchObject({ code, message: expect.stringContaining(words) });
  });

  it('takes files from a root that the caller names', async () => {
    const shared = join(await makeVoice(parent, 'other'), 'prompt.wav');
    const dir = await makeVoice(parent, 'mei');
    await edit(dir, (document) => ({ ...document, prompt: { ...document['prompt'], path: shared } }));
    await expect(readVoice(dir, { roots: [join(parent, 'other')] })).rejects.toMatchObject({ code: 'SERVING_VOICE_CHANGED' }); // looked at, not refused for where it is
  });

  it('changes its version with the words of the prompt', async () => {
    const dir = await makeVoice(parent, 'mei');
    const before = await readVoice(dir);
    await edit(dir, (document) => ({ ...document, prompt: { ...document['prompt'], text: 'Other words' } }));
    expect((await readVoice(dir)).version).not.toBe(before.version);
  });
});
