// The built page in a real browser, through a real gateway, with a stand-in engine behind it.
import { readVoice, startGateway, type Gateway } from '@voxtune/serving';
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { chromium, type Browser, type Page } from 'playwright-core';
import { build as bundle } from 'tsup';
import { build as buildPage } from 'vite';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';

const executablePath = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find((path) => existsSync(path));
const KEY = 'the-key-of-this-check';

// Not page.waitForFunction: that evaluates strings in the page, which its content security policy forbids
const until = async (holds: () => Promise<boolean>): Promise<void> => vi.waitFor(async () => expect(await holds()).toBe(true), { timeout: 10_000 });
const playerOf = (page: Page): Promise<{ currentTimeSec: number; durationSec: number | null }> =>
  page.locator('#player').evaluate((player: HTMLAudioElement) => ({ currentTimeSec: player.currentTime, durationSec: Number.isFinite(player.duration) ? player.duration : null }));

const makeVoice = async (parent: string, id: string, language: string): Promise<string> => {
  const dir = join(parent, id);
  await mkdir(dir, { recursive: true });
  const file = async (path: string): Promise<{ path: string; sha256: string }> => {
    await writeFile(join(dir, path), path);
    return { path, sha256: createHash('sha256').update(path).digest('hex') };
  };
  await writeFile(join(dir, 'voice.json'), JSON.stringify({ v: 1, voice: id, language, engine: { kind: 'stand-in' }, weights: { gpt: await file('gpt.ckpt'), sovits: await file('sovits.pth') }, prompt: { ...(await file('prompt.wav')), text: id, language } }));
  return dir;
};

describe.skipIf(executablePath === undefined)('the page in Chromium (skipped where no Chromium is installed)', () => {
  let dir = '';
  let browser: Browser;
  const gateways: Gateway[] = [];
  const problems: string[] = [];

  const openPage = async (gateway: Gateway, colorScheme: 'light' | 'dark' = 'light'): Promise<Page> => {
    const page = await browser.newPage({ colorScheme, viewport: { width: 900, height: 900 } });
    page.on('pageerror', (error) => problems.push(String(error)));
    page.on('console', (message) => { if (message.type() === 'error' && !message.text().includes('Failed to load resource')) problems.push(message.text()); });
    page.on('request', (request) => { if (!request.url().startsWith(gateway.url) && !request.url().startsWith('blob:')) problems.push(`asked elsewhere: ${request.url()}`); });
    await page.goto(gateway.url);
    return page;
  };
  const start = async (apiKeys: readonly string[] = []): Promise<Gateway> => {
    const voices = [await readVoice(await makeVoice(dir, 'ann', 'en')), await readVoice(await makeVoice(dir, 'mei-美', 'zh'))];
    const gateway = await startGateway({
      voices, apiKeys, logDir: join(dir, 'logs'), pagesDir: join(dir, 'page'), worker: { dialect: 'api-v2' },
      launchVoiceWorker: ({ port }) => ({ command: process.execPath, args: [join(dir, 'engine.mjs'), String(port)] }),
    });
    gateways.push(gateway);
    return gateway;
  };

  beforeAll(async () => {
    dir = await mkdtemp(join(tmpdir(), 'voxtune-pages-'));
    const root = fileURLToPath(new URL('..', import.meta.url));
    await buildPage({ root, logLevel: 'silent', build: { outDir: join(dir, 'page'), emptyOutDir: true } });
    await bundle({
      entry: { engine: fileURLToPath(new URL('./stand-in-engine.ts', import.meta.url)) }, outDir: dir, format: 'esm', target: 'node20', dts: false, clean: false, silent: true, config: false,
      noExternal: [/.*/], outExtension: () => ({ js: '.mjs' }), esbuildOptions: (options) => { options.conditions = ['@voxtune/source', 'node', 'import']; },
    });
    browser = await chromium.launch({ ...(executablePath === undefined ? {} : { executablePath }), args: ['--no-sandbox', '--autoplay-policy=no-user-gesture-required'] });
  });
  afterAll(async () => {
    await browser?.close();
    await Promise.all(gateways.map((gateway) => gateway.close()));
    await rm(dir, { recursive: true, force: true });
    expect(problems).toEqual([]);
  });

  it('speaks by keyboard alone, plays it, shows the figures; a refusal comes in words', async () => {
    const page = await openPage(await start());
    await page.waitForSelector('#voice:not([disabled])');
    expect(await page.locator('#voice option').allTextContents()).toEqual(['ann (en)', 'mei-美 (zh)']);
    expect(await page.locator('#voice-note').textContent()).toContain('stand-in');
    await page.keyboard.press('Tab');
    await page.keyboard.press('Tab');
    await page.keyboard.type('Good morning, how may I help you');
    await page.keyboard.press('Control+Enter');
    await until(async () => (await playerOf(page)).currentTimeSec > 0.2);
    const { durationSec } = await playerOf(page);
    expect(durationSec).toBeGreaterThan(7); // seven words, a second each
    expect(await page.locator('#figures').textContent()).toMatch(/Speech7\.\d s/);
    await page.fill('#text', 'please refuse this');
    await page.click('#speak');
    await page.waitForSelector('#problem:not([hidden])');
    expect(await page.locator('#problem').textContent()).toContain('The engine refused: tts failed: Please enter valid text.');
    expect(await page.locator('#result').isHidden()).toBe(true);
    await page.fill('#text', '… ?!');
    await page.click('#speak');
    await until(async () => (await page.locator('#problem').textContent())?.includes('nothing to say') === true);
    await page.close();
  });

  it('asks for a key where the gateway wants one, and then works', async () => {
    const page = await openPage(await start([KEY]), 'dark');
    await page.waitForSelector('#key-field:not([hidden])');
    expect(await page.locator('#problem').textContent()).toContain('API key');
    await page.fill('#key', KEY);
    await page.keyboard.press('Tab');
    await page.waitForSelector('#voice:not([disabled])');
    expect(await page.locator('#problem').isHidden()).toBe(true);
    await page.fill('#text', 'Hello');
    await page.click('#speak');
    await until(async () => ((await playerOf(page)).durationSec ?? 0) > 0);
    await page.close();
  });
});
