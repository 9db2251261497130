// Media types, weights and prompts.
import { execFileSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { RATE, tone, promptPath, standIn, clientOf, request, failure } from './support/bench.js';

const ffmpeg = (() => {
  try {
    execFileSync('ffmpeg', ['-version'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
})();

describe('media types', () => {
  it('raw has no rate, and says that one was assumed', async () => {
    const { audio, warnings } = await clientOf(await standIn('api-v2')).synthesize(request({ mediaType: 'raw' }));
    expect([audio.mediaType, audio.samples?.length, warnings]).toEqual(['audio/raw', Math.round(audio.durationSec * RATE), ['raw audio carries no rate: 32000 Hz was assumed']]);
  });

  it.skipIf(!ffmpeg).each(['ogg', 'aac'] as const)(`%s is measured, not decoded${ffmpeg ? '' : ' (skipped: no ffmpeg)'}`, async (mediaType) => {
    const client = clientOf(await standIn('api-v2'));
    const wav = await client.synthesize(request());
    const { audio, warnings } = await client.synthesize(request({ mediaType }));
    expect([audio.mediaType, audio.sampleRateHz, audio.samples, warnings.length]).toEqual([`audio/${mediaType}`, RATE, null, 1]);
    expect(Math.abs(audio.durationSec - wav.audio.durationSec)).toBeLessThan((3 * 1024) / RATE); // aac: whole frames, and its delay
    let bytes = 0;
    const stream = client.stream(request({ mediaType }));
    for await (const chunk of stream) bytes += chunk.samples === null ? chunk.bytes.length : NaN;
    expect(bytes).toBeGreaterThan(1000);
    expect(stream.warnings.join()).toContain('not decoded');
  });
});

describe.skipIf(!ffmpeg)(`a decoder of the caller's${ffmpeg ? '' : ' (skipped: no ffmpeg)'}`, () => {
  const speech = (samples: Float32Array) => ({ samples, sampleRateHz: RATE, channels: 1 });
  it('has ogg looked at as wav is', async () => {
    const server = await standIn('api-v2');
    const asked = request({ mediaType: 'ogg' });
    const decoding = async (samples: Float32Array) => clientOf(server, { dialect: 'api-v2', decode: async (_, mediaType) => (mediaType === 'audio/ogg' ? speech(samples) : Promise.reject(new Error(mediaType))) }).synthesize(asked);
    const { audio, warnings } = await decoding(tone(4));
    expect([audio.mediaType, audio.durationSec, audio.samples?.length, warnings]).toEqual(['audio/ogg', 4, 4 * RATE, []]);
    expect((await failure(decoding(new Float32Array(RATE)))).code).toBe('CLIENT_AUDIO_SILENT');
    expect((await failure(clientOf(server, { dialect: 'api-v2', decode: async () => Promise.reject(new Error('no such codec')) }).synthesize(asked))).code).toBe('CLIENT_AUDIO_UNKNOWN');
  });
});

describe('weights and prompt', () => {
  it('api-v2: changes both, in one server', async () => {
    const server = await standIn('api-v2');
    await clientOf(server).setWeights({ gptPath: 'b.ckpt', sovitsPath: 'b.pth' });
    expect(server.weights()).toEqual({ gptPath: 'b.ckpt', sovitsPath: 'b.pth' });
  });

  it('api-v2: says that the voice is mixed when only the second fails', async () => {
    const server = await standIn('api-v2', { loadWeights: (kind) => { if (kind === 'sovits') throw new Error("'filter_length'"); } });
    const error = await failure(clientOf(server).setWeights({ gptPath: 'b.ckpt', sovitsPath: 'b.pth' }));
    expect([error.code, error.facts['changed'], error.facts['notChanged']]).toEqual(['CLIENT_HTTP_ERROR', 'gpt', 'sovits']);
    expect(error.message).toContain("'filter_length'");
  });

  it('api: one call', async () => {
    const server = await standIn('api');
    await clientOf(server).setWeights({ gptPath: 'b.ckpt', sovitsPath: 'b.pth' });
    expect(server.weights()).toEqual({ gptPath: 'b.ckpt', sovitsPath: 'b.pth' });
    const prompts = clientOf(server);
    expect((await failure(prompts.setPrompt('x.wav'))).facts['field']).toBe('text');
    await expect(prompts.setPrompt({ path: 'x.wav', text: 'hello', language: 'EN' })).resolves.toBeUndefined();
  });

  it('api-v2: the default prompt', async () => {
    const client = clientOf(await standIn('api-v2'));
    await expect(client.setPrompt(promptPath())).resolves.toBeUndefined();
    expect((await failure(client.setPrompt('/nope.wav'))).message).toContain('No such file');
  });

  it('guide: says that it cannot', async () => {
    const client = clientOf(await standIn('guide'));
    expect((await failure(client.setWeights({ gptPath: 'b', sovitsPath: 'b' }))).code).toBe('CLIENT_UNSUPPORTED');
    expect((await failure(client.setPrompt('x'))).code).toBe('CLIENT_UNSUPPORTED');
  });
});
