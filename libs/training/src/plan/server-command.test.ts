import { parse } from 'yaml';
import { expect, it } from 'vitest';
import { serverCommand, type ServerCommandOptions } from './server-command.js';

const options: ServerCommandOptions = {
  checkout: { root: '/opt/e', interpreter: { command: '/opt/e/venv/bin/python', args: [] } }, port: 9880, weights: { gpt: '/v/a.ckpt', sovits: '/v/b.pth' }, version: 'v2Pro', configPath: '/v/tts.yaml',
};

it('starts api_v2 with a private configuration', () => {
  const { command, args, files, cwd, mustExist, readyLine } = serverCommand(options);
  expect([command, ...args].join(' ')).toBe('/opt/e/venv/bin/python api_v2.py -a 127.0.0.1 -p 9880 -c /v/tts.yaml');
  expect([cwd, mustExist]).toEqual(['/opt/e', ['/v/a.ckpt', '/v/b.pth']]);
  expect(files[0]?.path).toBe('/v/tts.yaml');
  expect(parse(files[0]?.content ?? '')).toEqual({
    custom: {
      bert_base_path: 'GPT_SoVITS/pretrained_models/chinese-roberta-wwm-ext-large', cnhuhbert_base_path: 'GPT_SoVITS/pretrained_models/chinese-hubert-base',
      device: 'cuda', is_half: true, t2s_weights_path: '/v/a.ckpt', version: 'v2Pro', vits_weights_path: '/v/b.pth',
    },
  });
  expect(readyLine.test('INFO:     Uvicorn running on http://127.0.0.1:19880 (Press CTRL+C to quit)')).toBe(true);
  expect(readyLine.test('INFO:     Application startup complete.')).toBe(false);
});

it('starts api with its own options, in full precision on a cpu', () => {
  const prompt = { path: '/v/p.wav', text: '您好', language: 'zh' };
  expect(serverCommand({ ...options, server: 'api', device: 'cpu', prompt }).args.join(' ')).toBe('api.py -s /v/b.pth -g /v/a.ckpt -dr /v/p.wav -dt 您好 -dl zh -d cpu -a 127.0.0.1 -p 9880 -fp');
});

it('starts the guide’s server', () => {
  expect(serverCommand({ ...options, profile: 'guide', prompt: { path: '/v/p.wav' } }).args.join(' ')).toBe('api.py --gpt_model /v/a.ckpt --sovits_model /v/b.pth --reference_audio /v/p.wav --port 9880 --device cuda --half true');
});

it.each([0, 65_536, 90_042, 1.5])('refuses port %s', (port) => expect(() => serverCommand({ ...options, port })).toThrow(RangeError));
