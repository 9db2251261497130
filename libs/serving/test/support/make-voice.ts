import { createHash } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

const file = async (dir: string, path: string, content: string): Promise<{ path: string; sha256: string }> => {
  await writeFile(join(dir, path), content);
  return { path, sha256: createHash('sha256').update(content).digest('hex') };
};

/** Writes a published voice folder with small files in the place of weights and prompt audio. */
export async function makeVoice(parent: string, id: string, changes: Readonly<Record<string, unknown>> = {}): Promise<string> {
  const dir = join(parent, id);
  await mkdir(dir, { recursive: true });
  const document = {
    v: 1, voice: id, language: 'en', engine: { kind: 'stand-in', version: 'v2Pro', commit: null },
    weights: { gpt: await file(dir, 'gpt.ckpt', `gpt of ${id}`), sovits: await file(dir, 'sovits.pth', `sovits of ${id}`) },
    prompt: { ...(await file(dir, 'prompt.wav', `prompt of ${id}`)), text: `I am ${id}`, language: 'en' },
    figures: {}, consent: null, ...changes,
  };
  await writeFile(join(dir, 'voice.json'), JSON.stringify(document, null, 2));
  return dir;
}
