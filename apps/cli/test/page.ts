// A page that the built command line serves, in Chromium.
import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync } from 'node:fs';
import { once } from 'node:events';
import { chromium, type Browser, type Page } from 'playwright-core';
import { expect, onTestFinished, vi } from 'vitest';
import { MAIN } from './cli.js';

const executablePath = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find((path) => existsSync(path));
export const hasChromium = executablePath !== undefined;

export type Served = { readonly url: string; readonly child: ChildProcess; stop(signal?: NodeJS.Signals): Promise<void> };

/** Starts a verb that serves a page, and waits for its address. */
export async function serve(args: readonly string[]): Promise<Served> {
  const child = spawn(process.execPath, [MAIN, ...args, '--json'], { stdio: ['ignore', 'pipe', 'pipe'] });
  let errors = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => { errors += text; });
  const line = await new Promise<string>((resolve, reject) => {
    child.stdout.setEncoding('utf8').once('data', resolve);
    child.once('exit', (code) => reject(new Error(`ended with ${code}: ${errors}`)));
  });
  const { url } = JSON.parse(line) as { url?: string };
  if (url === undefined) throw new Error(line);
  const stop = async (signal: NodeJS.Signals = 'SIGTERM'): Promise<void> => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    const ended = once(child, 'exit');
    child.kill(signal);
    await ended;
  };
  onTestFinished(() => stop());
  return { url, child, stop };
}

export const openBrowser = (): Promise<Browser> => chromium.launch({ ...(executablePath === undefined ? {} : { executablePath }), args: ['--no-sandbox', '--autoplay-policy=no-user-gesture-required'] });

/** Opens the page in a context of its own; whatever goes wrong in it, and whatever it asks of another host, fails the test. */
export async function openPage(browser: Browser, url: string, options: Parameters<Browser['newContext']>[0] = {}): Promise<Page> {
  const context = await browser.newContext({ viewport: { width: 1280, height: 860 }, ...options });
  const page = await context.newPage();
  const problems: string[] = [];
  page.on('pageerror', (error) => problems.push(String(error)));
  page.on('console', (message) => { if (message.type() === 'error' && !/Failed to load resource|ERR_CONNECTION_REFUSED|ERR_INCOMPLETE_CHUNKED/.test(message.text())) problems.push(message.text()); });
  page.on('request', (request) => { if (!request.url().startsWith(url) && !request.url().startsWith('blob:') && !request.url().startsWith('data:')) problems.push(`asked elsewhere: ${request.url()}`); });
  onTestFinished(async () => {
    await context.close();
    expect(problems).toEqual([]);
  });
  await page.goto(url);
  return page;
}

/** Not page.waitForFunction: that evaluates strings in the page, which its content security policy forbids. */
export const until = (holds: () => Promise<boolean>, what = ''): Promise<void> => vi.waitFor(async () => { if (!(await holds())) throw new Error(`not so yet: ${what}`); }, { timeout: 15_000, interval: 30 });
