// `voxtune listen`: a test is made of folders, people rate in Chromium, the results are worked out.
import { createServer } from 'node:http';
import { mkdir, readFile, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { decodeWav, encodeWav, measureAudio } from '@voxtune/audio';
import type { ListeningKey, Rating } from '@voxtune/eval/listening';
import { type Browser, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { cli, lastJson, temporaryFolder } from './cli.js';
import { hasChromium, openBrowser, openPage, serve, until } from './page.js';

const RATE = 16_000;
/** Half a second of a buzz with overtones to 7 kHz, at this level. */
const buzz = (hz: number, gain: number) => encodeWav({ sampleRateHz: RATE, channels: [Float32Array.from({ length: RATE / 2 }, (_, n) => gain * [1, 3, 9, 16, 27, 38, 45].reduce((sum, k) => sum + (k * hz < 7000 ? Math.sin((2 * Math.PI * k * hz * n) / RATE) / 4 : 0), 0))] });
async function folders(): Promise<{ root: string; dirs: Record<'real' | 'base' | 'tuned', string> }> {
  const root = await temporaryFolder();
  const dirs = { real: join(root, 'real'), base: join(root, 'base'), tuned: join(root, 'tuned') };
  for (const [i, [name, dir]] of Object.entries(dirs).entries()) {
    await mkdir(dir);
    for (const [s, sentence] of ['one', 'two', '三'].entries()) await writeFile(join(dir, `${sentence}.wav`), buzz(110 + 20 * s + 3 * i, name === 'base' ? 0.05 : 0.4));
  }
  await writeFile(join(dirs.real, 'only here.wav'), buzz(100, 0.3));
  return { root, dirs };
}
const make = async (more: readonly string[] = []): Promise<{ dir: string; key: ListeningKey; made: { trials: number; dropped: { item: string; reason: string }[] } }> => {
  const { root, dirs } = await folders();
  const dir = join(root, 'test');
  const finished = await cli(['listen', 'make', ...Object.entries(dirs).map(([name, at]) => `${name}=${at}`), '--reference', 'real', '--out', dir, '--json', ...more]);
  expect(finished.code, finished.stdout + finished.stderr).toBe(0);
  return { dir, key: JSON.parse(await readFile(join(dir, 'key.json'), 'utf8')) as ListeningKey, made: lastJson(finished) };
};
const ratingsOf = async (dir: string): Promise<Rating[]> => (await readFile(join(dir, 'ratings.jsonl'), 'utf8')).trim().split('\n').filter((l) => l !== '').map((l) => JSON.parse(l) as Rating);

describe('making a test', () => {
  it('hides whose clip it is, plays all at one loudness, and lists what not every system has', async () => {
    const { dir, key, made } = await make(['--anchor']);
    expect(made).toMatchObject({ trials: 12, dropped: [{ item: 'only here', reason: 'not in base, tuned' }] });
    const names = await readdir(join(dir, 'public'), { recursive: true });
    expect(names).toEqual(expect.arrayContaining(['index.html', 'test.json', 'icon.svg']));
    expect(names.filter((name) => name.endsWith('.wav')).every((name) => /^audio[/\\][\da-f]{16}\.wav$/.test(name))).toBe(true);
    const shown = await readFile(join(dir, 'public', 'test.json'), 'utf8');
    expect(shown).not.toMatch(/real|base|tuned|anchor|三|two/);
    const at = async (system: string): Promise<Float32Array> => decodeWav(await readFile(join(dir, 'public/audio', `${Object.entries(key.stimuli).find(([, s]) => s.system === system && s.item === 'one')![0]}.wav`))).channels[0]!;
    for (const system of ['real', 'base', 'tuned', 'anchor']) expect(measureAudio(await at(system), RATE).loudnessLufs!).toBeCloseTo(-23, 0);
    expect(measureAudio(await at('anchor'), RATE).bandwidthHz!).toBeLessThan(3700); // the anchor is the reference without its upper half
    expect(measureAudio(await at('real'), RATE).bandwidthHz!).toBeGreaterThan(4500);
    const again = await make(['--anchor']);
    expect(again.key).toEqual(key); // the same clips give the same test
  });
  it.each<[string, readonly string[], number, string, string]>([
    ['no folder', ['real=/no/such/folder'], 3, 'CLI_PATH_MISSING', 'there is no folder'], ['no name', ['folder'], 2, 'CLI_USAGE', 'SYSTEM=FOLDER'], ['nothing', [], 2, 'CLI_USAGE', 'no system'],
    ['an unknown reference', ['a=.', '--reference', 'b'], 2, 'CLI_USAGE', '--reference b is none of a'], ['an anchor alone', ['a=.', '--anchor'], 2, 'CLI_USAGE', '--anchor needs --reference'], ['a comparison of one', ['a=REAL', '--kind', 'cmos'], 2, 'CLI_USAGE', 'needs two systems'],
    ['nothing in common', ['a=REAL', 'b=EMPTY'], 3, 'CLI_UNPAIRED', 'no file name in common'],
  ])('refuses %s', async (_, args, code, error, message) => {
    const { root, dirs } = await folders();
    await mkdir(join(root, 'empty'));
    const finished = await cli(['listen', 'make', ...args.map((a) => a.replace('REAL', dirs.real).replace('EMPTY', join(root, 'empty'))), '--out', join(root, 'out'), '--json']);
    expect([finished.code, lastJson<{ error: { code: string; message: string } }>(finished).error]).toEqual([code, expect.objectContaining({ code: error, message: expect.stringContaining(message) as string })]);
  });
  it('says what is missing before results', async () => {
    const { dir } = await make();
    expect(await cli(['listen', 'results', dir]).then(({ code, stderr }) => [code, stderr])).toEqual([3, expect.stringContaining('listen serve')]);
    expect(await cli(['listen', 'results', join(dir, 'public')]).then(({ code }) => code)).toBe(3);
    expect(await cli(['listen', 'guess', dir]).then(({ code }) => code)).toBe(2);
  });
});

describe.skipIf(!hasChromium)('the listening page in Chromium (skipped where no Chromium is installed)', () => {
  let browser: Browser;
  beforeAll(async () => { browser = await openBrowser(); });
  afterAll(async () => { await browser?.close(); });
  const begin = async (page: Page, name: string): Promise<void> => {
    await page.locator('#listener').fill(name);
    await page.keyboard.press('Enter');
    await page.locator('#trial:not([hidden])').waitFor();
  };
  const hear = async (page: Page): Promise<void> => {
    await page.locator('#players button').first().press('Enter');
    await until(async () => !(await page.locator('#scale input').first().isDisabled()), 'all heard');
  };

  it('MOS by keyboard: nothing to answer before the clip is heard; a stop, a kill and a reload lose nothing; results name the anchor’s friend', async () => {
    const { dir, key } = await make(['--anchor', '--title', 'Our voices']);
    const { url, stop } = await serve(['listen', 'serve', dir, '--port', '0']);
    const page = await openPage(browser, url);
    expect(await page.locator('h1').textContent()).toBe('Our voices');
    await begin(page, 'ann');
    expect([await page.locator('#place').textContent(), await page.locator('#scale input').first().isDisabled(), await page.locator('.choice').allTextContents()]).toEqual(['1 of 12', true, ['5Excellent', '4Good', '3Fair', '2Poor', '1Bad']]);
    await page.keyboard.press('4');
    expect(await page.locator('#next').isDisabled()).toBe(true);
    const scoreOf = async (): Promise<string> => {
      const played = await page.locator('body').evaluate(() => performance.getEntriesByType('resource').map(({ name }) => name).filter((name) => name.endsWith('.wav')).at(-1) ?? '');
      return { real: '5', tuned: '4', base: '3', anchor: '1' }[key.stimuli[/([\da-f]{16})\.wav$/.exec(played)![1]!]!.system]!;
    };
    for (let trial = 1; trial <= 12; trial += 1) {
      await hear(page);
      await page.keyboard.press(await scoreOf());
      if (trial === 4) { // the server dies, the page is closed and opened again
        await stop('SIGKILL');
        await page.keyboard.press('Enter');
        await until(async () => (await page.locator('#place').textContent()) === '5 of 12', 'goes on without a server');
        expect((await serve(['listen', 'serve', dir, '--port', new URL(url).port])).url).toBe(url);
        await page.reload();
        expect(await page.locator('#again').textContent()).toBe('You have answered 4 of 12: you go on from there.');
        await page.locator('#begin').click();
      } else await page.keyboard.press('Enter');
      if (trial < 12) await until(async () => (await page.locator('#place').textContent()) === `${trial + 1} of 12`, 'the next');
    }
    await until(async () => (await page.locator('#sent').textContent()) === 'Your answers are saved.', 'saved');
    const ratings = await ratingsOf(dir);
    expect([ratings.length, new Set(ratings.map(({ trial }) => trial)).size]).toEqual([12, 12]);
    const worst = ratings.map((rating) => ({ ...rating, listener: 'mallory', answer: 6 - rating.answer }));
    const bob = ratings.map((rating) => ({ ...rating, listener: 'bob', answer: Math.max(1, rating.answer - 1) }));
    await writeFile(join(dir, 'more.jsonl'), [...worst, ...bob].map((r) => `${JSON.stringify(r)}\n`).join('') + '{"v":1,"tes');
    const json = lastJson<{ systems: { system: string; mos: { mean: number; low: number; n: number } }[]; listeners: { listener: string; excluded: string | null }[]; ratings: { in: number; used: number }; lines: object[] }>(await cli(['listen', 'results', dir, join(dir, 'ratings.jsonl'), join(dir, 'more.jsonl'), '--json']));
    expect(json.systems.map(({ system, mos: { mean, n } }) => [system, mean, n])).toEqual([['real', 4.5, 2], ['base', 2.5, 2], ['tuned', 3.5, 2], ['anchor', 1, 2]]);
    expect([json.listeners.map(({ listener, excluded }) => [listener, excluded]), json.ratings, json.lines]).toEqual([[['ann', null], ['bob', null], ['mallory', 'anchor above reference']], { in: 36, used: 24, dropped: [{ reason: 'listener excluded: anchor above reference', count: 12 }] }, [{ file: join(dir, 'more.jsonl'), line: 25, reason: 'no whole rating' }]]);
    const words = await cli(['listen', 'results', dir, join(dir, 'ratings.jsonl'), join(dir, 'more.jsonl')]);
    expect(words.stdout).toMatch(/tuned +3\.50 \[3\.00, 4\.00\] +2 +6/);
    expect(words.stdout).toContain('left out: mallory: anchor above reference (anchor 5.00, reference 1.00)');
    expect(words.stdout).toContain('ITU-T P.800');
    expect(await cli(['listen', 'make', `real=${dir}`, '--out', dir, '--json']).then((f) => [f.code, lastJson<{ error: { message: string } }>(f).error.message])).toEqual([2, expect.stringContaining('has ratings already')]);
  });

  it('CMOS by mouse, in Chinese, on a plain web server: the answers are downloaded', async () => {
    const { dir, key } = await make(['--kind', 'cmos', '--language', 'zh', '--per-listener', '4']);
    const server = createServer((request, response) => {
      void readFile(join(dir, 'public', (request.url ?? '/') === '/' ? 'index.html' : decodeURIComponent((request.url ?? '').split('?')[0]!.slice(1)))).then((bytes) => response.writeHead(request.method === 'GET' ? 200 : 405, { 'content-type': /\.(html|js|css|svg)$/.exec(request.url ?? '')?.[1] === 'js' ? 'text/javascript' : /css$/.test(request.url ?? '') ? 'text/css' : /wav$/.test(request.url ?? '') ? 'audio/wav' : 'text/html' }).end(bytes), () => response.writeHead(404).end());
    });
    await new Promise<void>((resolve) => { server.listen(0, '127.0.0.1', resolve); });
    onTestFinished(() => { server.closeAllConnections(); server.close(); });
    const address = server.address() as { port: number };
    const page = await openPage(browser, `http://127.0.0.1:${address.port}/`, { viewport: { width: 360, height: 740 }, colorScheme: 'dark' });
    expect(await page.locator('html').getAttribute('lang')).toBe('zh-Hant');
    await page.locator('#listener').fill('小美');
    await page.locator('#begin').click();
    for (let trial = 0; trial < 4; trial += 1) {
      await page.locator('#trial:not([hidden])').waitFor();
      expect(await page.locator('#players button').allTextContents()).toEqual(['第一段播放', '第二段播放']);
      expect(await page.locator('html').evaluate((element) => element.scrollWidth)).toBeLessThanOrEqual(360);
      await page.locator('#players button').first().click();
      await until(async () => !(await page.locator('#scale input').first().isDisabled()), 'both heard, one after the other');
      await page.getByText('稍好').click();
      await page.locator('#next').click();
    }
    await page.locator('#done:not([hidden])').waitFor();
    await page.locator('#download:not([hidden])').waitFor();
    const [download] = await Promise.all([page.waitForEvent('download'), page.locator('#download').click()]);
    const file = join(dir, 'from-mail.jsonl');
    await download.saveAs(file);
    const results = lastJson<{ kind: string; comparisons: { ties: number; more: number; fewer: number }[]; ratings: { in: number } }>(await cli(['listen', 'results', dir, file, '--json']));
    expect([results.kind, results.ratings.in, key.kind]).toEqual(['cmos', 4, 'cmos']);
  });

  it('ABX: X is one of the two, and the right answers are counted', async () => {
    const { dir } = await make(['--kind', 'abx', '--per-listener', '3']);
    const { url } = await serve(['listen', 'serve', dir, '--port', '0']);
    const page = await openPage(browser, url);
    await begin(page, 'eve');
    for (let trial = 0; trial < 3; trial += 1) {
      expect(await page.locator('#players button').allTextContents()).toEqual(['APlay', 'BPlay', 'XPlay']);
      await hear(page);
      await page.keyboard.press('1');
      await page.keyboard.press('Enter');
      if (trial < 2) await until(async () => (await page.locator('#place').textContent()) === `${trial + 2} of 3`, 'the next');
    }
    await until(async () => (await page.locator('#sent').textContent()) === 'Your answers are saved.', 'saved');
    const ratings = await ratingsOf(dir);
    expect(ratings.every(({ order, answer }) => order.length === 3 && order.slice(0, 2).includes(order[2]!) && answer === 0)).toBe(true);
    const right = ratings.filter(({ order }) => order[0] === order[2]).length;
    const { comparisons } = lastJson<{ comparisons: { more: number; fewer: number }[] }>(await cli(['listen', 'results', dir, '--json']));
    expect([comparisons.reduce((sum, c) => sum + c.more, 0), comparisons.reduce((sum, c) => sum + c.fewer, 0)]).toEqual([right, 3 - right]);
  });

  it('the collector takes nothing that is no answer to this test', async () => {
    const { dir, key } = await make();
    const { url } = await serve(['listen', 'serve', dir, '--port', '0']);
    const [trial] = key.trials;
    const rating = { v: 1, test: key.id, listener: 'x', trial: trial!.id, order: trial!.stimuli, answer: 3, at: '2026-01-01T00:00:00.000Z', tookMs: 1 };
    const post = (body: unknown, headers: Record<string, string> = {}): Promise<number> => fetch(`${url}api/ratings`, { method: 'POST', headers: { 'content-type': 'application/json', ...headers }, body: JSON.stringify(body) }).then(({ status }) => status);
    for (const bad of [{}, null, { ...rating, answer: 6 }, { ...rating, trial: 't9999' }, { ...rating, test: 'other' }, { ...rating, listener: ' ' }, { ...rating, order: ['../key'] }, { ...rating, order: [] }]) expect(await post(bad)).toBe(422);
    expect(await post(rating, { origin: 'https://evil.example' })).toBe(403);
    for (const path of ['../key.json', '..%2fkey.json', 'audio/..%2f..%2fkey.json', 'key.json', 'ratings.jsonl', 'audio/0000000000000000.wav']) expect([path, await fetch(`${url}${path}`).then(({ status }) => status)]).toEqual([path, 404]);
    expect(await post(rating)).toBe(200);
    expect(await ratingsOf(dir)).toEqual([rating]);
  });
});
