// A voice folder with clips and a training list, made on the spot; and the stand-in engine that its training runs on.
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type TrainingStagesOptions } from '../src/index.js';

export const STAND_IN = fileURLToPath(new URL('../../../examples/stand-in-engine', import.meta.url));
export const hasStandIn = existsSync(join(STAND_IN, 'stand-in-engine.json'));

/** A 16-bit mono WAV of a tone. */
export function toneWav(seconds: number, hz: number, rate = 32_000): Buffer {
  const samples = Math.round(seconds * rate);
  const bytes = Buffer.alloc(44 + samples * 2);
  bytes.write('RIFF', 0, 'latin1');
  bytes.writeUInt32LE(36 + samples * 2, 4);
  bytes.write('WAVEfmt ', 8, 'latin1');
  bytes.writeUInt32LE(16, 16);
  bytes.writeUInt16LE(1, 20);
  bytes.writeUInt16LE(1, 22);
  bytes.writeUInt32LE(rate, 24);
  bytes.writeUInt32LE(rate * 2, 28);
  bytes.writeUInt16LE(2, 32);
  bytes.writeUInt16LE(16, 34);
  bytes.write('data', 36, 'latin1');
  bytes.writeUInt32LE(samples * 2, 40);
  for (let i = 0; i < samples; i += 1) bytes.writeInt16LE(Math.round(9000 * Math.sin((2 * Math.PI * hz * i) / rate)), 44 + i * 2);
  return bytes;
}

export const TEXTS = ['您好歡迎來到客服中心', '請問有什麼可以幫您', '您的訂單已經寄出', '謝謝您的耐心等候', '祝您有愉快的一天', '請您稍後再撥'];

export type MadeVoice = { readonly root: string; readonly clipsDir: string; readonly listPath: string; options(more?: Partial<TrainingStagesOptions>): TrainingStagesOptions; remove(): void };

export function makeVoice({ language = 'ZH', texts = TEXTS, seconds = 2.4, root = mkdtempSync(join(tmpdir(), 'voxtune-training-')) } = {}): MadeVoice {
  const clipsDir = join(root, 'work', 'clips');
  const listPath = join(root, 'work', 'lists', 'train.list');
  mkdirSync(clipsDir, { recursive: true });
  mkdirSync(join(root, 'work', 'lists'), { recursive: true });
  texts.forEach((_, i) => writeFileSync(join(clipsDir, `c${i}.wav`), toneWav(seconds, 180 + 20 * i)));
  writeFileSync(listPath, texts.map((text, i) => `${join(clipsDir, `c${i}.wav`)}|staff001|${language}|${text}`).join('\n'));
  const engine = join(root, 'work', 'engine');
  return {
    root, clipsDir, listPath,
    options: (more = {}) => ({
      root, engineRoot: STAND_IN, name: 'staff001', device: 'cpu', language: 'zh', needs: [], pollMs: 40, graceMs: 400,
      paths: {
        expDir: join(engine, 'experiment'), gptWeightsDir: join(engine, 'gpt-weights'), sovitsWeightsDir: join(engine, 'sovits-weights'),
        configDir: join(engine, 'configs'), listPath, clipsDir, checkpointsPath: join(root, 'work', 'checkpoints.jsonl'),
      },
      gpt: { epochs: 4, saveEvery: 2 }, sovits: { epochs: 2, saveEvery: 1 },
      ...more,
      env: { STAND_IN_EPOCH_MS: '30', ...more.env },
    }),
    remove: () => rmSync(root, { recursive: true, force: true }),
  };
}
