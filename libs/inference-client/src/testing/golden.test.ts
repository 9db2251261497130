import { existsSync, readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { encodeWav } from '../audio/wav.js';
import { startStandInServer } from './server.js';
import { type StandInServer } from './types.js';

// Replies of the real api_v2.py and api.py, recorded with curl (GPT-SoVITS 48b1a01).
const RECORDED = new URL('../../../../../shared/vectors/engine/http/', import.meta.url);
const present = existsSync(RECORDED);
const title = present ? 'answers as recorded' : 'answers as recorded (skipped: ../shared/vectors/engine/http is not here)';

let folder = '';
let v2: StandInServer;
let v1: StandInServer;
const ref = () => join(folder, 'ref.wav');

const tone = (seconds: number) => ({ sampleRateHz: 32_000, channels: 1, samples: new Float32Array(32_000 * seconds).map((_, i) => 0.3 * Math.sin(i / 20)) });
const speak = ({ text }: { text: string }) => tone(Math.max(0.2, text.length / 10));

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'stand-in-'));
  await writeFile(ref(), encodeWav(tone(4)));
  await writeFile(join(folder, 'short.wav'), encodeWav(tone(2)));
  await writeFile(join(folder, 'corrupt.wav'), 'this is no audio');
  await writeFile(join(folder, 'w.ckpt'), 'x');
  const weights = { gptPath: 'a.ckpt', sovitsPath: 'b.pth' };
  const loadWeights = (kind: 'gpt' | 'sovits', path: string) => {
    if (path === 'swapped') throw new Error(kind === 'gpt' ? 'unpickling stack underflow' : "'filter_length'");
    if (!existsSync(path)) throw Object.assign(new Error('no file'), { code: 'ENOENT' });
  };
  v2 = await startStandInServer({ dialect: 'api-v2', speak, weights, loadWeights });
  v1 = await startStandInServer({ dialect: 'api', speak, weights });
});
afterAll(async () => {
  await Promise.all([v2?.close(), v1?.close()]);
  await rm(folder, { recursive: true, force: true });
});

const tts = (extra: Record<string, string> = {}, leave: readonly string[] = []) => {
  const all: Record<string, string> = { text: '今天天气很好。', text_lang: 'zh', ref_audio_path: ref(), prompt_lang: 'zh', prompt_text: '你好', ...extra };
  return `/tts?${new URLSearchParams(Object.entries(all).filter(([name]) => !leave.includes(name)))}`;
};
const post = (path: string, body: unknown) => ({ path, method: 'POST', body: typeof body === 'string' ? body : JSON.stringify(body) });
const full = { text: '今天天气很好。', text_lang: 'zh', prompt_lang: 'zh', prompt_text: '你好' };
type Case = readonly [string, string | (() => { path: string; method?: string; body?: string } | string)];

const V2: readonly Case[] = [
  ['get_notext', () => tts({}, ['text'])],
  ['get_emptytext', () => tts({ text: '' })],
  ['get_punct', () => tts({ text: '。。。' })],
  ['get_space', () => tts({ text: ' ' })],
  ['get_no_textlang', () => tts({}, ['text_lang'])],
  ['get_no_promptlang', () => tts({}, ['prompt_lang'])],
  ['get_no_ref', () => tts({}, ['ref_audio_path'])],
  ['get_badlang', () => tts({ text_lang: 'xx' })],
  ['get_badplang', () => tts({ prompt_lang: 'xx' })],
  ['get_badmedia', () => tts({ media_type: 'mp3' })],
  ['get_badsplit', () => tts({ text_split_method: 'cut9' })],
  ['get_badstream', () => tts({ streaming_mode: '7' })],
  ['get_badtopk', () => tts({ top_k: 'abc' })],
  ['get_refmissing', () => tts({ ref_audio_path: '/nope.wav' })],
  ['get_refshort', () => tts({ ref_audio_path: join(folder, 'short.wav') })],
  ['get_refcorrupt', () => tts({ ref_audio_path: join(folder, 'corrupt.wav') })],
  ['post_empty', () => post('/tts', {})],
  ['post_badjson', () => post('/tts', '{text: 1}')],
  ['post_upper', () => post('/tts', { ...full, text_lang: 'ZH', ref_audio_path: ref() })],
  ['post_badtype', () => post('/tts', { ...full, ref_audio_path: ref(), top_k: 'x' })],
  ['post_null', () => post('/tts', { ...full, ref_audio_path: ref(), prompt_text: null })],
  ['root', '/'],
  ['put', () => ({ path: '/tts', method: 'PUT' })],
  ['post_ctl', () => ({ path: '/control', method: 'POST' })],
  ['setgpt_none', '/set_gpt_weights'],
  ['setgpt_bad', '/set_gpt_weights?weights_path=/nope.ckpt'],
  ['setgpt_swapped', '/set_gpt_weights?weights_path=swapped'],
  ['setgpt_ok', () => `/set_gpt_weights?weights_path=${join(folder, 'w.ckpt')}`],
  ['setsov_bad', '/set_sovits_weights?weights_path=/nope.pth'],
  ['setsov_swapped', '/set_sovits_weights?weights_path=swapped'],
  ['setref_none', '/set_refer_audio'],
  ['setref_bad', '/set_refer_audio?refer_audio_path=/nope.wav'],
  ['setref_ok', () => `/set_refer_audio?refer_audio_path=${ref()}`],
  ['control_none', '/control'],
  ['control_bogus', '/control?command=bogus'],
];

const V1: readonly Case[] = [
  ['a1_noref', () => '/?text=x&text_language=zh'],
  ['a1_emptyobj', () => post('/', {})],
  ['a1_notext', () => post('/', { text_language: 'zh', refer_wav_path: ref(), prompt_text: 'x', prompt_language: 'zh' })],
  ['a1_badjson', () => post('/', '{')],
  ['a1_emptytext', () => post('/', { text: '', text_language: 'zh', refer_wav_path: ref(), prompt_text: 'x', prompt_language: 'zh' })],
  ['a1_punct', () => post('/', { text: '。。', text_language: 'zh', refer_wav_path: ref(), prompt_text: 'x', prompt_language: 'zh' })],
  ['a1_cr_none', '/change_refer'],
  ['a1_cr_partial', '/change_refer?refer_wav_path=x.wav'],
  ['a1_afterpartial', () => post('/', { text: 'x', text_language: 'zh' })],
  ['a1_cr_ok', '/change_refer?refer_wav_path=x.wav&prompt_text=x&prompt_language=zh'],
  ['a1_cr_post', () => post('/change_refer', { refer_wav_path: 'x.wav', prompt_text: 'x', prompt_language: 'zh' })],
  ['a1_sm_none', '/set_model'],
  ['a1_sm_bad', '/set_model?gpt_model_path=/nope.ckpt&sovits_model_path=/nope.pth'],
  ['a1_sm_ok', () => `/set_model?gpt_model_path=${join(folder, 'w.ckpt')}&sovits_model_path=${join(folder, 'w.ckpt')}`],
  ['a1_ctl_none', '/control'],
  ['a1_ctl_bogus', '/control?command=bogus'],
  ['a1_tts404', '/tts'],
];

const recorded = (name: string) => {
  const head = readFileSync(new URL(`h_${name}`, RECORDED), 'latin1').split('\r\n');
  const headers = Object.fromEntries(head.slice(1).flatMap((line) => (line.includes(': ') ? [line.split(': ', 2) as [string, string]] : [])));
  const body = new URL(`b_${name}`, RECORDED);
  return { status: Number(head[0]!.split(' ')[1]), headers, body: existsSync(body) ? readFileSync(body) : Buffer.alloc(0) };
};

async function compare(server: StandInServer, [name, make]: Case): Promise<void> {
  const asked = typeof make === 'string' ? make : make();
  const { path, ...init } = typeof asked === 'string' ? { path: asked } : asked;
  const response = await fetch(server.url + path, init as RequestInit);
  const want = recorded(name);
  const body = Buffer.from(await response.arrayBuffer());
  expect({ status: response.status, body: body.toString('latin1') }).toEqual({ status: want.status, body: want.body.toString('latin1') });
  for (const header of ['content-type', 'content-length', 'transfer-encoding', 'allow', 'server']) {
    expect(`${header}: ${response.headers.get(header) ?? ''}`).toBe(`${header}: ${want.headers[header] ?? ''}`);
  }
}

describe.skipIf(!present)(title, () => {
  it.each(V2)('api_v2.py, %s', (...row) => compare(v2, row));
  it.each(V1)('api.py, %s', (...row) => compare(v1, row));

  it.each(['a1_nofile', 'a1_badlang', 'a1_nolang'])('api.py cuts the stream in %s', async (name) => {
    const want = recorded(name);
    expect(want.status).toBe(200);
    const bodies: Record<string, object> = {
      a1_nofile: { text: 'hello', text_language: 'zh', refer_wav_path: '/nope.wav', prompt_text: 'x', prompt_language: 'zh' },
      a1_badlang: { text: 'hello', text_language: 'xx', refer_wav_path: ref(), prompt_text: 'x', prompt_language: 'zh' },
      a1_nolang: { text: 'hello', refer_wav_path: ref(), prompt_text: 'x', prompt_language: 'zh' },
    };
    const response = await fetch(`${v1.url}/`, { method: 'POST', body: JSON.stringify(bodies[name]) });
    expect([response.status, response.headers.get('content-type')]).toEqual([200, want.headers['content-type']]);
    await expect(response.arrayBuffer()).rejects.toThrow('terminated');
  });

  it('sends a wav of the same form: 32 kHz, mono, 16 bit, 44-byte header, its sizes', async () => {
    const body = Buffer.from(await (await fetch(v2.url + tts())).arrayBuffer());
    const want = recorded('get_ok').body;
    const form = (wav: Buffer) => [wav.toString('latin1', 0, 4), wav.toString('hex', 8, 40), wav.readUInt32LE(4) - wav.length, wav.readUInt32LE(40) - wav.length];
    expect(form(body)).toEqual(form(want));
  });
});
