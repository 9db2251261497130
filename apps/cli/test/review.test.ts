// `voxtune review` as people use it: the built program, the built page, Chromium; every action, by keyboard and by mouse.
import { readFile, writeFile } from 'node:fs/promises';
import { request as httpRequest } from 'node:http';
import { join } from 'node:path';
import { decodeWav } from '@voxtune/audio';
import { clipId } from '@voxtune/dataset';
import { type Browser, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { cli, lastJson, temporaryFolder } from './cli.js';
import { hasChromium, openBrowser, openPage, serve, until } from './page.js';
import { RATE_HZ, reviewVoice } from './review-voice.js';
import { demoVoice, run, someRecordings, stageOf } from './voices.js';

type Line = { seq: number; by: string; action: string; why: string | null; undoes: number | null; at: string; before: { id: string; text: string | null; verdict: string | null }[]; after: { id: string; start: number; end: number; text: string | null; verdict: string | null; edited: boolean }[] };
const linesOf = async (root: string): Promise<Line[]> => (await readFile(join(root, 'review.jsonl'), 'utf8').catch(() => '')).split('\n').filter((l) => l !== '').map((l) => JSON.parse(l) as Line);
const made = async (count: number): Promise<{ root: string; clips: Awaited<ReturnType<typeof reviewVoice>> }> => {
  const root = await temporaryFolder();
  return { root, clips: await reviewVoice(root, count) };
};
const shown = (page: Page): Promise<string | null> => page.locator('body').getAttribute('data-current');
const ready = (page: Page): Promise<void> => until(async () => (await shown(page)) !== null && (await page.locator('body').getAttribute('data-shown')) === (await shown(page)), 'the clip is drawn');
const saved = (page: Page): Promise<void> => until(async () => (await page.locator('#saved').textContent()) === 'Saved', 'saved');
const wordsOf = (page: Page): Promise<string> => page.locator('#text').inputValue();
const position = async (page: Page): Promise<number> => Number.parseFloat((await page.locator('#position').textContent()) ?? '0');

describe.skipIf(!hasChromium)('voxtune review in Chromium (skipped where no Chromium is installed)', () => {
  let browser: Browser;
  beforeAll(async () => { browser = await openBrowser(); });
  afterAll(async () => { await browser?.close(); });
  const open = async (root: string, as = 'ann', options: Parameters<typeof openPage>[2] = {}): Promise<{ page: Page; url: string; stop: (signal?: NodeJS.Signals) => Promise<void> }> => {
    const { url, stop } = await serve(['review', root, '--port', '0', '--as', as]);
    const page = await openPage(browser, url, options);
    await ready(page);
    return { page, url, stop };
  };

  it('shows the worst clip first and says why; what was left out before waits in a list of its own', async () => {
    const { root, clips } = await made(20);
    const { page } = await open(root);
    expect([await shown(page), await page.locator('#list [aria-selected=true]').getAttribute('data-id')]).toEqual([clips[7]!.id, clips[7]!.id]);
    expect(await page.locator('#reasons').textContent()).toContain('+60it has no words');
    expect(await page.locator('#list .row .why').allTextContents()).toEqual(expect.arrayContaining([expect.stringContaining('similarity 0.50; this voice’s clips have 0.8') as string, expect.stringContaining('signal 9 dB') as string, 'nothing speaks against it']));
    expect(await page.locator('#counts').textContent()).toMatch(/^0 of 18 decided, 0 rejected · 36 s of speech left, about/);
    await page.locator('#show').selectOption('leftOut');
    expect(await page.locator('#list .row').count()).toBe(2);
    await page.locator('#show').selectOption('open');
    await page.locator('#code').selectOption('SNR');
    expect(await page.locator('#listed').textContent()).toBe('2 listed, worst first');
    await page.locator('#code').selectOption('');
    await page.keyboard.press('Escape');
    await page.keyboard.press('/');
    await page.keyboard.type('number 12 ');
    await until(async () => (await shown(page)) === clips[12]!.id, 'the clip with these words');
  });

  it('decides by keyboard: words, accept and next, reject, accept, undo; each on disk before the page says saved', async () => {
    const { root, clips } = await made(20);
    const { page } = await open(root);
    await page.keyboard.press('e');
    await page.keyboard.type('now it has words');
    await page.keyboard.press('Enter'); // accept and next, one key, while typing
    await saved(page);
    expect(await linesOf(root)).toMatchObject([{ seq: 1, by: 'ann', action: 'accept', before: [{ id: clips[7]!.id, text: null, verdict: null }], after: [{ id: clips[7]!.id, text: 'now it has words', verdict: 'accepted', edited: true }] }]);
    expect(Math.abs(Date.parse((await linesOf(root))[0]!.at) - Date.now())).toBeLessThan(600_000);
    await ready(page);
    expect(await shown(page)).toBe(clips[17]!.id);
    await page.keyboard.press('Escape');
    await page.keyboard.press('x');
    await ready(page);
    await page.keyboard.press('a');
    await saved(page);
    expect((await linesOf(root)).map(({ action, after }) => [action, after[0]!.verdict])).toEqual([['accept', 'accepted'], ['reject', 'rejected'], ['accept', 'accepted']]);
    expect(await page.locator('#clip-state').textContent()).toBe('accepted by ann');
    await page.keyboard.press('u');
    await until(async () => (await linesOf(root)).length === 4, 'undone');
    expect((await linesOf(root)).at(-1)).toMatchObject({ action: 'undo', undoes: 3 });
    await page.keyboard.press('Control+z');
    await until(async () => (await linesOf(root)).length === 5, 'undone again');
    await until(async () => (await shown(page)) === clips[17]!.id, 'back at the clip');
    expect(await page.locator('#counts').textContent()).toMatch(/^1 of 18 decided, 0 rejected/);
    await page.keyboard.press('j');
    await page.keyboard.press('e');
    await page.keyboard.press('End');
    await page.keyboard.type(' indeed');
    await page.keyboard.press('Escape');
    await page.keyboard.press('k'); // leaving keeps the words under the person's name
    await saved(page);
    expect((await linesOf(root)).at(-1)).toMatchObject({ action: 'text', after: [{ text: expect.stringMatching(/ indeed$/) as string, edited: true, verdict: null }] });
  });

  it('listens by keyboard: play, pause, half speed, loop, skip, start; autoplay plays the next clip', async () => {
    const { root } = await made(20);
    const { page } = await open(root);
    const pressed = (id: string): Promise<string | null> => page.locator(`#${id}`).getAttribute('aria-pressed');
    await page.keyboard.press(' ');
    await until(async () => (await position(page)) > 0.1, 'it plays');
    await page.keyboard.press(' ');
    await until(async () => (await page.locator('#play').textContent()) === 'Play', 'it pauses');
    await page.keyboard.press('Home');
    await page.keyboard.press(' ');
    await until(async () => (await page.locator('#play').textContent()) === 'Play', 'paused');
    const at = await position(page);
    await page.keyboard.press('ArrowRight');
    expect(await position(page)).toBeCloseTo(Math.min(2, at + 0.5), 1);
    await page.keyboard.press('ArrowLeft');
    expect(await position(page)).toBeCloseTo(at, 1);
    for (const [key, id] of [['h', 'halfSpeed'], ['l', 'loop'], ['p', 'autoplay']] as const) {
      await page.keyboard.press(key);
      expect([id, await pressed(id)]).toEqual([id, 'true']);
    }
    await until(async () => (await page.locator('#play').textContent()) === 'Pause', 'autoplay plays at once');
    await page.keyboard.press('j');
    await ready(page);
    await until(async () => (await page.locator('#play').textContent()) === 'Pause' && (await position(page)) > 0.05, 'the next clip plays by itself');
    await page.keyboard.press('h');
    await page.keyboard.press('l');
    await until(async () => (await page.locator('#play').textContent()) === 'Play', 'without the loop it ends');
    await page.keyboard.press('e');
    await page.keyboard.press('Control+ ');
    await until(async () => (await page.locator('#play').textContent()) === 'Pause', 'plays while typing');
  });

  it('trims by dragging and by keys, splits, joins; the sound is that of the clips, and undo brings them back', async () => {
    const { root, clips } = await made(20);
    const { page, url } = await open(root);
    await page.locator('#search').fill('number 0 ');
    await ready(page);
    const box = (await page.locator('#wave').boundingBox())!;
    await page.mouse.move(box.x + 3, box.y + 60);
    await page.mouse.down();
    await page.mouse.move(box.x + box.width / 4, box.y + 60, { steps: 8 });
    await page.mouse.up();
    expect(await page.locator('#position').textContent()).toMatch(/marked 0\.(4|5)\d? to 2\.00 s/);
    await page.keyboard.press('Escape');
    await page.keyboard.press('t');
    await until(async () => (await linesOf(root)).length === 1, 'trimmed');
    const [trim] = await linesOf(root);
    const { start, end, id } = trim!.after[0]!;
    expect([trim!.action, end, id]).toEqual(['trim', 2 * RATE_HZ, clipId('rec0000', start, end)]);
    expect(start / RATE_HZ).toBeCloseTo(0.5, 0);
    await ready(page);
    const original = decodeWav(await readFile(join(root, 'work/clips', `${clips[0]!.id}.wav`))).channels[0]!;
    const soundOf = async (clip: string): Promise<Float32Array> => decodeWav(new Uint8Array(await (await fetch(`${url}api/audio/${clip}`)).arrayBuffer())).channels[0]!;
    expect(await soundOf(id)).toEqual(original.slice(start, end));
    await page.keyboard.press('m'); // joined with the clip that comes 0.25 s later
    await until(async () => (await linesOf(root)).length === 2, 'joined');
    const joined = (await linesOf(root))[1]!;
    expect(joined).toMatchObject({ action: 'merge', before: [{ id }, { id: clips[1]!.id }], after: [{ start, end: 4.25 * RATE_HZ, text: 'sentence number 0 is spoken here sentence number 1 is spoken here' }] });
    const sound = await soundOf(joined.after[0]!.id);
    expect([sound.length, sound.slice(0, end - start)]).toEqual([4.25 * RATE_HZ - start, original.slice(start, end)]);
    expect(sound.slice(end - start + 100, end - start + 4000).some((x) => Math.abs(x) > 0.01)).toBe(true); // the recording fills what lies between
    await until(async () => (await shown(page)) === joined.after[0]!.id, 'the joined clip');
    await ready(page);
    expect(await page.locator('#after').textContent()).toMatch(/sentence number 2 is spoken here\u2069? · open, 0\.25 s apart/);
    for (let i = 0; i < 4; i += 1) await page.keyboard.press('ArrowRight');
    await page.keyboard.press('s');
    await page.locator('#split-dialog[open]').waitFor();
    expect([await page.locator('#split-first').inputValue(), await page.locator('#split-second').inputValue()].join(' ')).toBe('sentence number 0 is spoken here sentence number 1 is spoken here');
    await page.locator('#split-first').fill('the first part');
    await page.keyboard.press('Enter');
    await until(async () => (await linesOf(root)).length === 3, 'split');
    expect((await linesOf(root))[2]!.after.map(({ end: e, text }) => [e, text !== null])).toEqual([[start + 2 * RATE_HZ, true], [4.25 * RATE_HZ, true]]);
    await ready(page);
    await page.locator('#search').fill('');
    await page.keyboard.press('Escape');
    for (const lines of [4, 5, 6]) { await page.keyboard.press('u'); await until(async () => (await linesOf(root)).length === lines, 'undone'); }
    await until(async () => (await shown(page)) === clips[0]!.id, 'the clip as it was');
    await ready(page);
    expect(await wordsOf(page)).toBe('sentence number 0 is spoken here');
    await page.keyboard.press('ArrowRight');
    await page.keyboard.press('[');
    await page.keyboard.press('ArrowRight');
    await page.keyboard.press('ArrowRight');
    await page.keyboard.press(']');
    expect(await page.locator('#position').textContent()).toContain('marked 0.50 to 1.50 s');
    await page.keyboard.press('+');
    await until(() => page.locator('#wave').evaluate((element) => { const scroll = element.firstElementChild?.shadowRoot?.querySelector('.scroll'); return scroll !== null && scroll !== undefined && scroll.scrollWidth > scroll.clientWidth + 10; }), 'zoomed in');
    await page.keyboard.press('-');
  });

  it('zooms, seeks in what is zoomed, and joins by mouse', async () => {
    const { root, clips } = await made(20);
    const { page } = await open(root);
    await page.locator('#search').fill('number 0 ');
    await until(async () => (await shown(page)) === clips[0]!.id, 'the first clip');
    await ready(page);
    const width = (): Promise<number> => page.locator('#wave').evaluate((element) => element.firstElementChild?.shadowRoot?.querySelector('.scroll')?.scrollWidth ?? 0);
    const before = await width();
    await page.locator('#zoomIn').click();
    await until(async () => (await width()) > 1.3 * before, 'nearer');
    const { x, y, width: shownWidth, height } = (await page.locator('#wave').boundingBox())!;
    await page.mouse.click(x + shownWidth / 2, y + height / 2);
    const lengthSec = Number(/of ([\d.]+) s/.exec((await page.locator('#position').textContent()) ?? '')?.[1]);
    await until(async () => Math.abs((await position(page)) - lengthSec / 3) < 0.05 * lengthSec, 'the middle of what is in sight: a third, at one and a half times as near');
    await page.locator('#zoomOut').click();
    await until(async () => (await width()) === before, 'all of it again');
    await page.locator('#merge').click();
    await until(async () => (await linesOf(root)).length === 1, 'joined');
    const [line] = await linesOf(root);
    expect(line).toMatchObject({ action: 'merge', before: [{ id: clips[0]!.id }, { id: clips[1]!.id }], after: [{ text: 'sentence number 0 is spoken here sentence number 1 is spoken here' }] });
    await until(async () => (await shown(page)) === line!.after[0]!.id, 'the joined clip');
    await ready(page);
    await page.locator('#undo').click();
    await until(async () => (await shown(page)) === clips[0]!.id, 'the clip as it was');
  });

  it('refuses a piece that the trainer would ignore, and changes nothing', async () => {
    const { root } = await made(10);
    const { page } = await open(root);
    await page.keyboard.press('ArrowRight');
    await page.keyboard.press(']');
    await page.keyboard.press('t');
    await page.locator('#problem:not([hidden])').waitFor();
    expect(await page.locator('#problem-message').textContent()).toContain('a clip of 0.50 s: the trainer uses clips between 0.6 and 54 s');
    expect(await linesOf(root)).toEqual([]);
    await page.locator('#problem-close').click();
    expect(await page.locator('#problem').isHidden()).toBe(true);
  });

  it('decides on many at once, by rule, in one line that one undo takes back', async () => {
    const { root, clips } = await made(40);
    const { page } = await open(root);
    await page.keyboard.press('b');
    expect(await page.locator('#bulk-count').textContent()).toBe('4 open clips: similarity below 0.6');
    await page.locator('#bulk-similarity').fill('0.1');
    expect(await page.locator('#bulk-reject').isDisabled()).toBe(true);
    await page.locator('#bulk-similarity').fill('0.6');
    await page.keyboard.press('Enter');
    await until(async () => (await linesOf(root)).length === 1, 'rejected');
    expect((await linesOf(root))[0]).toMatchObject({ action: 'reject', why: 'similarity below 0.6', after: [3, 13, 23, 33].map((i) => ({ id: clips[i]!.id, verdict: 'rejected' })) });
    await page.keyboard.press('b');
    await page.locator('input[value=empty]').check();
    await page.locator('#bulk-reject').click();
    await until(async () => (await linesOf(root)).length === 2, 'the empty ones');
    await saved(page);
    expect(await page.locator('#counts').textContent()).toMatch(/^8 of 36 decided, 8 rejected/);
    await page.keyboard.press('u');
    await until(async () => (await linesOf(root)).length === 3, 'taken back');
    await until(async () => /^4 of 36/.test((await page.locator('#counts').textContent()) ?? ''), 'four again');
  });

  it('two at once: each sees what the other decides, and nobody overwrites', async () => {
    const { root, clips } = await made(20);
    const { page: ann, url } = await open(root);
    const bob = await openPage(browser, url);
    await ready(bob);
    await bob.locator('#by').fill('bob');
    await bob.locator('#by').press('Escape');
    await bob.locator('#text').fill('words that bob is typing');
    await ann.keyboard.press('x');
    await saved(ann);
    await until(async () => (await bob.locator('#problem-message').textContent())?.includes('ann has decided on this clip just now: rejected') === true, 'bob is told');
    expect(await wordsOf(bob)).toBe('words that bob is typing');
    await bob.locator('#text').press('Enter'); // he does it all the same, on the clip as he saw it
    await until(async () => (await bob.locator('#problem-message').textContent())?.includes('Not saved: ann decided on the clip') === true, 'the conflict');
    expect(await linesOf(root)).toHaveLength(1);
    await bob.locator('#problem-show').click();
    await ready(bob);
    expect([await shown(bob), await bob.locator('#clip-state').textContent(), await wordsOf(bob)]).toEqual([clips[7]!.id, 'rejected by ann', 'words that bob is typing']);
    await bob.locator('#text').press('Enter');
    await until(async () => (await linesOf(root)).length === 2, 'knowing, he may');
    expect((await linesOf(root)).map(({ by, after }) => [by, after[0]!.verdict, after[0]!.text])).toEqual([['ann', 'rejected', null], ['bob', 'accepted', 'words that bob is typing']]);
    expect(clips[7]!.id).toBe((await linesOf(root))[1]!.after[0]!.id);
    await ann.keyboard.press('u');
    await until(async () => (await ann.locator('#problem-message').textContent())?.includes('has been changed since, by bob') === true, 'no undo over bob’s head');
  });

  it('words of 5000 letters, of both directions, and no clips leave the page whole', async () => {
    const { root, clips } = await made(3);
    const path = join(root, 'work/transcripts.jsonl');
    const long = 'word '.repeat(1000).trim();
    await writeFile(path, (await readFile(path, 'utf8')).trim().split('\n').map((line, i) => `${JSON.stringify({ ...(JSON.parse(line) as object), text: i === 1 ? long : '\u202eשלום (abc) 🏳️‍🌈' })}\n`).join(''));
    const { page: ann, url } = await open(root);
    const bob = await openPage(browser, url);
    for (const page of [ann, bob]) { await page.locator(`[data-id="${clips[1]!.id}"]`).click(); await ready(page); }
    await bob.locator('#by').fill('bob');
    await bob.locator('#by').press('Escape');
    expect(await wordsOf(bob)).toBe(long);
    expect(await ann.locator('#before').textContent()).toMatch(/^\u2068.*\u2069 · open, 0\.25 s apart$/);
    const fills = async (page: Page): Promise<void> => { expect(await page.locator('main').evaluate((main) => Math.abs(main.ownerDocument.defaultView!.innerHeight - main.getBoundingClientRect().bottom))).toBeLessThan(2); };
    await fills(bob);
    await ann.keyboard.press('a');
    await until(() => bob.locator('#problem').isVisible(), 'bob is told');
    expect((await bob.locator('#problem-message').textContent())!.length).toBeLessThan(250);
    await bob.locator('#problem-close').click();
    for (let left = 0; left < 3; left += 1) { await ann.keyboard.press('Enter'); await saved(ann); }
    await until(async () => (await ann.locator('#reasons').textContent()) === 'Everything is decided. “voxtune run ann” carries it out and goes on.', 'what is next');
    await fills(ann);
    expect(await ann.locator('#text').getAttribute('placeholder')).toBe('');
  });

  it('a killed server and a reloaded page lose nothing; the same address serves again', async () => {
    const { root, clips } = await made(20);
    const { page, url, stop } = await open(root);
    await page.keyboard.press('x');
    await saved(page);
    await ready(page);
    await stop('SIGKILL');
    await page.keyboard.press('x'); // nobody is there
    await until(async () => (await page.locator('#saved').textContent()) === 'Not saved: 1 waits for the server', 'the page says so');
    await page.locator('#text').fill('half a sen');
    await writeFile(join(root, 'review.jsonl'), `${await readFile(join(root, 'review.jsonl'), 'utf8')}{"v":1,"seq":2,"at":"20`); // and the kill tore a line
    const again = await serve(['review', root, '--port', new URL(url).port, '--as', 'ann']);
    expect(again.url).toBe(url);
    await saved(page);
    const text = await readFile(join(root, 'review.jsonl'), 'utf8');
    expect(text.split('\n').filter((l) => l !== '').map((l) => { try { return (JSON.parse(l) as Line).after[0]!.id; } catch { return 'torn'; } })).toEqual([clips[7]!.id, 'torn', clips[17]!.id]);
    await page.reload();
    await ready(page);
    expect(await page.locator('#problem-message').textContent()).toContain('line 2: no whole decision');
    expect([await wordsOf(page), await page.locator('#counts').textContent()]).toEqual(['half a sen', expect.stringMatching(/^2 of 18/) as string]);
    await again.stop('SIGKILL');
    await page.keyboard.press('Escape');
    await page.keyboard.press('Enter');
    await until(async () => /^Not saved/.test((await page.locator('#saved').textContent()) ?? ''), 'waits');
    const third = await serve(['review', root, '--port', new URL(url).port]);
    expect(third.url).toBe(url);
    await page.reload(); // what waited goes out from the page that comes after
    await until(async () => (await linesOf(root).catch(() => [])).length >= 0 && (await readFile(join(root, 'review.jsonl'), 'utf8')).includes('half a sen'), 'sent after the reload');
  });

  it('goes on with the clips as a run leaves them: a decision on one that went is refused, and the page shows what there is', async () => {
    const { root, clips } = await made(20);
    const { page } = await open(root);
    await page.keyboard.press('x');
    await saved(page);
    const path = join(root, 'work/clips.jsonl');
    await writeFile(path, (await readFile(path, 'utf8')).split('\n').filter((l) => !l.includes(clips[17]!.id)).join('\n'));
    await ready(page);
    expect(await shown(page)).toBe(clips[17]!.id);
    await page.keyboard.press('Enter');
    await until(async () => (await page.locator('#problem-message').textContent())?.includes('has been cut anew, or is no longer there') === true, 'refused');
    await until(async () => (await page.locator('#counts').textContent())?.startsWith('1 of 17 decided') === true, 'one clip fewer');
    expect(await linesOf(root)).toHaveLength(1);
  });

  it('works at 360 pixels and in the dark, and by its names for assistive software', async () => {
    const { root } = await made(20);
    const { page } = await open(root, 'ann', { viewport: { width: 360, height: 740 }, colorScheme: 'dark' });
    expect(await page.locator('html').evaluate((element) => element.scrollWidth)).toBeLessThanOrEqual(360);
    for (const name of ['Accept and next', 'Reject', 'Undo', 'Play', 'Trim', 'Split', 'Join next', 'Zoom in', 'Zoom out']) expect(await page.getByRole('button', { name }).first().isVisible(), name).toBe(true);
    await page.getByRole('button', { name: 'Keys' }).click();
    expect(await page.locator('#keys kbd').count()).toBeGreaterThan(25);
    await page.keyboard.press('Escape');
    expect(await page.getByRole('listbox').getAttribute('aria-activedescendant')).toMatch(/^row-/);
    await page.getByRole('button', { name: 'Accept and next' }).click();
    await saved(page);
  });
});

describe('the server of the review', () => {
  it('answers only this machine, its own page and its own address; sounds in parts; no path leads elsewhere', async () => {
    const { root, clips } = await made(10);
    const { url, child } = await serve(['review', root, '--port', '0']);
    const { port, pathname } = new URL(url);
    const ask = (path: string, headers: Record<string, string> = {}, method = 'GET', body?: string): Promise<{ status: number; headers: Record<string, unknown>; length: number }> => new Promise((resolve, reject) => {
      const request = httpRequest({ host: '127.0.0.1', port, path, method, headers }, (response) => {
        const parts: Buffer[] = [];
        response.on('data', (part: Buffer) => parts.push(part)).on('end', () => resolve({ status: response.statusCode ?? 0, headers: response.headers, length: Buffer.concat(parts).length }));
      });
      request.on('error', reject);
      request.end(body);
    });
    const json = { 'content-type': 'application/json' };
    const order = JSON.stringify({ request: 'a-request-of-a-test', by: 'eve', intent: { action: 'reject', units: [{ id: clips[0]!.id, rev: 0 }] } });
    expect(await ask(pathname).then(({ status, headers }) => [status, headers['content-security-policy']])).toEqual([200, expect.stringContaining("default-src 'self'")]);
    expect((await ask(pathname, { host: 'voice.example.com' })).status).toBe(421); // a name that was rebound to this machine
    expect((await ask(pathname, { host: `localhost:8080` })).status).toBe(200); // through a tunnel
    expect((await ask('/')).status).toBe(404);
    expect((await ask(`/${'x'.repeat(pathname.length - 2)}/api/state`)).status).toBe(404);
    for (const path of ['../../voxtune.yaml', '..%2f..%2fvoxtune.yaml', 'api/audio/..%2f..%2frecordings%2fcall%200', 'api/audio/%00', 'assets/../../../main.js', 'api/audio/%E0%A4%A']) expect([path, (await ask(`${pathname}${path}`)).status]).toEqual([path, 404]);
    const sound = `${pathname}api/audio/${clips[0]!.id}`;
    const whole = await ask(sound);
    expect([whole.status, whole.headers['accept-ranges'], whole.length]).toEqual([200, 'bytes', 44 + 4 * RATE_HZ]);
    expect(await ask(sound, { range: 'bytes=44-143' }).then((r) => [r.status, r.headers['content-range'], r.length])).toEqual([206, `bytes 44-143/${whole.length}`, 100]);
    expect((await ask(sound, { range: `bytes=${whole.length}-` })).status).toBe(416);
    const decisions = `${pathname}api/decisions`;
    expect((await ask(decisions, { ...json, origin: 'https://evil.example' }, 'POST', order)).status).toBe(403);
    expect((await ask(decisions, { ...json, 'sec-fetch-site': 'cross-site' }, 'POST', order)).status).toBe(403);
    expect((await ask(decisions, { 'content-type': 'text/plain' }, 'POST', order)).status).toBe(415);
    expect((await ask(decisions, json, 'POST', '{"request":')).status).toBe(400);
    expect((await ask(decisions, json, 'POST', order.replace('reject', 'destroy'))).status).toBe(400);
    expect((await ask(decisions, json, 'POST', ' '.repeat(9 * 2 ** 20))).status).toBe(413);
    expect((await ask(decisions, json, 'PUT', order)).status).toBe(405);
    expect(await linesOf(root)).toEqual([]);
    expect((await ask(decisions, { ...json, origin: `http://127.0.0.1:${port}`, host: `127.0.0.1:${port}` }, 'POST', order)).status).toBe(200);
    expect((await ask(decisions, json, 'POST', order)).status).toBe(200); // asked twice, done once
    expect(await linesOf(root)).toHaveLength(1);
    const second = await cli(['review', root, '--port', '0', '--json']);
    expect([second.code, lastJson<{ error: { code: string; message: string } }>(second).error.code]).toEqual([1, 'CLI_PAGE_OPEN']);
    expect(child.exitCode).toBe(null);
  });

  it('--list says without a page what is next and why', async () => {
    const { root, clips } = await made(20);
    const listed = lastJson<{ clips: number; open: number; next: { id: string; reasons: { message: string }[] }[] }>(await cli(['review', root, '--list', '--json']));
    expect(listed).toMatchObject({ clips: 18, open: 18, accepted: 0, rejected: 0, decisions: 0, next: expect.arrayContaining([]) as unknown });
    expect(listed.next[0]).toMatchObject({ id: clips[7]!.id, reasons: [{ code: 'NO_TEXT', points: 60 }] });
    const words = await cli(['review', root, '--list']);
    expect(words.stdout).toContain('18 clips: 0 accepted, 0 rejected, 18 open (0.6 min of speech)');
  });

  it('a voice without clips is told what to do first', async () => {
    const root = await temporaryFolder();
    await writeFile(join(root, 'voxtune.yaml'), 'version: 1\nvoice: ann\n');
    const { code, stderr } = await cli(['review', root]);
    expect([code, stderr]).toEqual([3, expect.stringContaining('voxtune transcribe ann')]);
  });
});

it('run carries the decisions out, re-doing only what they are about', async () => {
  const parent = await temporaryFolder();
  const path = await demoVoice(parent, { recordings: await someRecordings(join(parent, 'recordings'), 8) });
  const first = await run(path, ['--until', 'list']);
  expect(first.code, first.stdout.slice(-1500)).toBe(0);
  expect(stageOf(first.outcome, 'review')).toMatchObject({ state: 'done', dropped: [] });
  type Clip = { id: string; recordingId: string; startSec: number; endSec: number; kept: boolean; reason: string | null };
  const clips = (await readFile(join(path, 'work/clips.jsonl'), 'utf8')).trim().split('\n').map((l) => JSON.parse(l) as Clip);
  const [bad, wrong, long] = clips as [Clip, Clip, Clip];
  const unit = ({ id, recordingId, startSec, endSec }: Clip, more: object) => ({ id, recordingId, start: Math.round(startSec * RATE_HZ), end: Math.round(endSec * RATE_HZ), verdict: null, text: 'as heard', edited: false, ...more });
  const [start, end] = [Math.round(long.startSec * RATE_HZ) + 1600, Math.round(long.endSec * RATE_HZ)];
  const line = (seq: number, action: string, clip: Clip, after: object) => `${JSON.stringify({ v: 1, seq, at: '2026-01-01T00:00:00.000Z', by: 'ann', request: `request-${seq}`, action, why: null, undoes: null, before: [unit(clip, {})], after: [after] })}\n`;
  await writeFile(join(path, 'review.jsonl'), line(1, 'reject', bad, unit(bad, { verdict: 'rejected' })) + line(2, 'accept', wrong, unit(wrong, { verdict: 'accepted', text: 'What the person heard.', edited: true })) + line(3, 'trim', long, { ...unit(long, {}), id: clipId(long.recordingId, start, end), start }));
  const second = await run(path, ['--until', 'list']);
  expect(second.code, second.stdout.slice(-1500)).toBe(0);
  expect(second.stdout.split('\n').filter((l) => l.includes('"stage-start"')).map((l) => (JSON.parse(l) as { stage: string }).stage)).toEqual(['review', 'list']);
  expect(stageOf(second.outcome, 'review').dropped).toEqual([{ id: bad.id, reason: 'review: rejected by ann' }, { id: long.id, reason: `review: cut anew, as ${clipId(long.recordingId, start, end)}` }]);
  const lists = await readFile(join(path, 'work/lists/train.list'), 'utf8') + await readFile(join(path, 'work/lists/valid.list'), 'utf8') + await readFile(join(path, 'work/lists/test.list'), 'utf8');
  expect(lists).toContain('What the person heard.');
  expect([lists.includes(bad.id), lists.includes(`${long.id}.wav`), lists.includes(clipId(long.recordingId, start, end))]).toEqual([false, false, true]);
  const [before, after] = await Promise.all([`work/clips/${long.id}.wav`, `work/reviewed/clips/${clipId(long.recordingId, start, end)}.wav`].map(async (file) => decodeWav(await readFile(join(path, file))).channels[0]!));
  expect(after).toEqual(before!.slice(1600));
  expect(JSON.parse(await readFile(join(path, 'work/dataset.json'), 'utf8'))).toMatchObject({ clips: { dropped: expect.arrayContaining([{ id: bad.id, reason: 'review: rejected by ann' }]) as unknown, byCut: { person: 1 } }, transcripts: { bySource: { person: 2 } } });
  const third = await run(path, ['--until', 'list']);
  expect(third.stdout).not.toContain('"stage-start"');
}, 240_000);
