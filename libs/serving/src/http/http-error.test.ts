import { expect, it } from 'vitest';
import { ServingError } from '../errors.js';
import { describeFailure, hidePaths } from './http-error.js';

it.each([
  ['/nope/ref.wav not exists', '…/ref.wav not exists'], ["No such file: '/srv/voices/mei/gpt.ckpt'", "No such file: '…/gpt.ckpt'"], ['C:\\voices\\mei\\gpt.ckpt is gone', '…/gpt.ckpt is gone'],
  ['use wav and/or pcm', 'use wav and/or pcm'], ['GET /v1/audio is https://example.test/a/b', 'GET …/audio is https://example.test/a/b'],
])('hides where files lie: %s', (text, expected) => {
  expect(hidePaths(text)).toBe(expected);
});

it('tells of a fault of its own only that it happened', () => {
  const { status, body } = describeFailure(new TypeError('cannot read /secret/place'));
  expect([status, body.error.type, body.error.code]).toEqual([500, 'server_error', 'SERVING_INTERNAL']);
  expect(JSON.stringify(body)).not.toContain('secret');
});

it('keeps the engine log for the operator', () => {
  const { body } = describeFailure(new ServingError('SERVING_WORKER_FAILED', 'No engine worker is left.\n  Traceback: a line of the log'));
  expect(body.error.message).toBe('No engine worker is left.');
});
