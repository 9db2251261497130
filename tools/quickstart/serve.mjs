import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';

/**
 * Starts `voxtune serve` on a free port and waits until it listens.
 * @param {readonly string[]} cli @param {string} voicePath @param {number} timeoutMs
 * @returns {Promise<{url: string, stop: () => Promise<void>}>}
 */
export async function startService(cli, voicePath, timeoutMs) {
  const [program, ...args] = cli;
  const child = spawn(program, [...args, 'serve', voicePath, '--port', '0', '--json'], { stdio: ['ignore', 'pipe', 'inherit'] });
  const ended = new Promise((done) => child.once('close', (code) => done(code ?? 1)));
  const stop = async () => {
    child.kill('SIGTERM');
    const timer = setTimeout(() => child.kill('SIGKILL'), 15_000);
    await ended;
    clearTimeout(timer);
  };
  const listening = (async () => {
    for await (const line of createInterface({ input: child.stdout })) {
      const event = JSON.parse(line);
      if (event.error !== undefined) throw Object.assign(new Error(`${event.error.code}: ${event.error.message}\n  ${event.error.hint}`), { exitCode: await ended });
      if (typeof event.url === 'string') return event.url;
    }
    throw Object.assign(new Error('the service ended before it listened'), { exitCode: await ended });
  })();
  let timer;
  const late = new Promise((_, reject) => { timer = setTimeout(() => reject(new Error(`the service did not listen within ${timeoutMs / 1000} s`)), timeoutMs); });
  try {
    return { url: await Promise.race([listening, late]), stop };
  } catch (error) {
    await stop();
    throw error;
  } finally {
    clearTimeout(timer);
  }
}
