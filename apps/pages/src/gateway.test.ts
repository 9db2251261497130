import { afterEach, describe, expect, it, vi } from 'vitest';
import { listVoices, readProblem, speak } from './gateway.js';

afterEach(() => vi.unstubAllGlobals());
const answerWith = (answer: () => Promise<Response>): ReturnType<typeof vi.fn> => {
  const fake = vi.fn(answer);
  vi.stubGlobal('fetch', fake);
  return fake;
};

describe('readProblem', () => {
  it('takes the words and the hint of the gateway', () => {
    expect(readProblem(404, JSON.stringify({ error: { message: 'There is no voice x', hint: 'Ask for the list.' } }), 'id-1')).toMatchObject({ message: 'There is no voice x', hint: 'Ask for the list.', status: 404 });
  });
  it.each(['<html>Bad gateway</html>', '', '[]', '{"error":"text"}'])('says the status when the body is %j, and the request to ask about', (body) => {
    expect(readProblem(502, body, 'id-1')).toMatchObject({ message: 'The gateway answered with status 502.', hint: 'Request id-1.' });
  });
});

it('lists the voices, and shows the key', async () => {
  const fake = answerWith(async () => Response.json({ voices: [{ id: 'mei', language: 'zh', engine: 'stand-in' }, 'noise'] }));
  expect(await listVoices('secret')).toEqual([{ id: 'mei', language: 'zh', engine: 'stand-in' }]);
  expect(fake.mock.calls[0]?.[1]).toMatchObject({ headers: { authorization: 'Bearer secret' } });
});

it('says that the gateway cannot be reached, but lets a cancel be a cancel', async () => {
  answerWith(async () => { throw new TypeError('Failed to fetch'); });
  const order = { voice: 'mei', text: 'Hello', speed: 1 };
  await expect(speak(order, '', new AbortController().signal)).rejects.toMatchObject({ name: 'GatewayProblem', status: null });
  await expect(speak(order, '', AbortSignal.abort())).rejects.toMatchObject({ name: 'TypeError' });
});
