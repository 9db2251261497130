import { spawn } from 'node:child_process';
import type { ServerResponse } from 'node:http';
import { encodePcm16, wavHeader } from '../audio/wav.js';

/** A whole answer. */
export type Reply = { readonly status: number; readonly contentType: string; readonly body: Uint8Array; readonly headers?: Readonly<Record<string, string>> };

const utf8 = new TextEncoder();

/** JSON as FastAPI writes it: no spaces, no escapes of non-ASCII. */
export const json = (status: number, value: unknown, headers?: Readonly<Record<string, string>>): Reply => ({
  status,
  contentType: 'application/json',
  body: utf8.encode(JSON.stringify(value)),
  ...(headers === undefined ? {} : { headers }),
});

export const text = (status: number, body: string, headers?: Readonly<Record<string, string>>): Reply => ({
  status,
  contentType: 'text/plain; charset=utf-8',
  body: utf8.encode(body),
  ...(headers === undefined ? {} : { headers }),
});

export const serverError = (): Reply => text(500, 'Internal Server Error');
export const notFound = (): Reply => json(404, { detail: 'Not Found' });
export const methodNotAllowed = (allow: string): Reply => json(405, { detail: 'Method Not Allowed' }, { allow });

/** Sends a whole answer. */
export function sendReply(response: ServerResponse, reply: Reply): void {
  response.writeHead(reply.status, {
    server: 'uvicorn',
    ...reply.headers,
    'content-length': String(reply.body.length),
    'content-type': reply.contentType,
  });
  response.end(response.req.method === 'HEAD' ? undefined : reply.body);
}

/** Sends what is buffered, then closes the connection without ending the answer: clients see it cut. */
export function cut(response: ServerResponse): void {
  response.flushHeaders();
  response.socket?.destroySoon();
}

/** ogg or aac through ffmpeg; what the real servers use for aac. */
export function encodeWithFfmpeg(samples: Float32Array, sampleRateHz: number, mediaType: 'ogg' | 'aac'): Promise<Uint8Array> {
  const form = mediaType === 'ogg' ? ['-c:a', 'libvorbis', '-f', 'ogg'] : ['-c:a', 'aac', '-b:a', '192k', '-f', 'adts'];
  return new Promise((resolve, reject) => {
    const raw = ['-f', 's16le', '-ar', String(sampleRateHz), '-ac', '1'];
    const child = spawn('ffmpeg', ['-hide_banner', '-loglevel', 'error', ...raw, '-i', 'pipe:0', ...form, 'pipe:1'], { stdio: ['pipe', 'pipe', 'ignore'] });
    const parts: Buffer[] = [];
    child.once('error', (error) => reject(new Error(`ffmpeg is needed for ${mediaType}: ${error.message}`)));
    child.stdout.on('data', (part: Buffer) => parts.push(part));
    child.stdin.on('error', () => undefined); // an early end shows in the exit code
    child.once('close', (code) => (code === 0 ? resolve(Buffer.concat(parts)) : reject(new Error(`ffmpeg ended with ${code}`))));
    child.stdin.end(encodePcm16(samples));
  });
}

/** Float samples as a 32-bit float WAV: the only way to carry values that are not numbers. */
export function floatWav(samples: Float32Array, sampleRateHz: number): Uint8Array {
  const head = wavHeader({ sampleRateHz, channels: 1, dataBytes: samples.length * 4 });
  const view = new DataView(head.buffer);
  view.setUint16(20, 3, true);
  view.setUint32(28, sampleRateHz * 4, true);
  view.setUint16(32, 4, true);
  view.setUint16(34, 32, true);
  const out = new Uint8Array(44 + samples.length * 4);
  out.set(head);
  const body = new DataView(out.buffer, 44);
  samples.forEach((value, i) => body.setFloat32(i * 4, value, true));
  return out;
}
