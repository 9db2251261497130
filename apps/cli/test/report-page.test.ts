// The pages that people open from disk: a long report and the comparison of two runs, in Chromium. What makes them open at once is pinned here, not how long it takes.
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { encodeWav } from '@voxtune/audio';
import { evaluateVoice, renderEvaluationSection, renderPage, type EvaluationReport } from '@voxtune/eval';
import { type Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { cli, lastJson, temporaryFolder } from './cli.js';
import { hasChromium, openBrowser, openPage, until } from './page.js';

const RATE = 16_000;
const buzz = (sec: number, hz = 150): Float32Array => Float32Array.from({ length: Math.round(sec * RATE) }, (_, n) => 0.3 * Math.sin((2 * Math.PI * hz * n) / RATE));
const wav = (sec: number): Uint8Array => encodeWav({ sampleRateHz: RATE, channels: [buzz(sec)] });

/** One sentence's figures, said of so many sentences. */
async function reportOf(count: number): Promise<EvaluationReport> {
  const report = await evaluateVoice({ sentences: [{ id: 's', text: 'x', language: 'en' }], judged: true, synthesize: async () => ({ samples: buzz(1), sampleRateHz: RATE, elapsedSec: 1 }), transcribe: async () => ({ text: 'y' }) });
  return { ...report, sentences: Array.from({ length: count }, (_, i) => ({ ...report.sentences[0]!, id: `s${i}`, text: `Sentence number ${i}: thank you for calling customer service, how may I help you today?`, heard: `thank you for calling number ${i}` })) };
}

describe.skipIf(!hasChromium)('pages from disk in Chromium (skipped where no Chromium is installed)', () => {
  let browser: Browser;
  beforeAll(async () => { browser = await openBrowser(); });
  afterAll(async () => { await browser?.close(); });

  it.each([['wide', 1280], ['narrow', 360]])('a report of 2000 sentences, %s: rows out of view are not laid out and players out of view hold no sound, and yet all is found, counted and heard', async (_, width) => {
    const folder = await temporaryFolder();
    const sound = `data:audio/wav;base64,${Buffer.from(wav(0.5)).toString('base64')}`;
    const path = join(folder, 'report.html');
    await writeFile(path, renderPage({ title: 'voice', subtitle: '', sections: [renderEvaluationSection(await reportOf(2000), { audio: (id) => (Number(id.slice(1)) < 300 ? sound : undefined) }), { id: 'behind', title: 'Behind', html: '<p>what comes after</p>' }] }));
    const page = await openPage(browser, pathToFileURL(path).href, { viewport: { width, height: 800 } });
    const state = () => page.locator('body').evaluate((body) => ({
      rows: body.querySelectorAll('.sentences tbody tr').length,
      laidOut: [...body.querySelectorAll('.sentences tbody tr td.said')].filter((cell) => cell.checkVisibility({ contentVisibilityAuto: true })).length,
      players: body.querySelectorAll('audio').length, filled: body.querySelectorAll('audio[src]').length, across: body.ownerDocument.documentElement.scrollWidth,
    }));
    const first = await state();
    expect(first).toMatchObject({ rows: 2000, players: 300, across: width });
    expect(first.laidOut).toBeLessThan(80);
    expect(first.filled).toBeLessThan(80);
    expect(await page.locator('.sentences').getByRole('row').count()).toBe(width < 900 ? 2000 : 2001); // a table still to those who do not see it; narrow, each figure has its name instead of a head
    // heard: the player that comes into view gets its own sound
    const player = page.locator('.sentences tbody tr').nth(150).locator('audio');
    await player.scrollIntoViewIfNeeded();
    await until(async () => (await player.getAttribute('src'))?.startsWith('blob:') === true, 'its sound');
    expect(await player.evaluate(async (audio) => { audio.muted = true; await audio.play(); return audio.duration; })).toBeCloseTo(0.5, 2);
    // found: the browser's own search goes to a row that was never laid out
    const last = page.locator('.sentences tbody tr').last();
    expect(await last.locator('.said').evaluate((cell) => cell.checkVisibility({ contentVisibilityAuto: true }))).toBe(false);
    expect(await page.locator('body').evaluate((body) => body.ownerDocument.defaultView.find('Sentence number 1999: thank'))).toBe(true);
    await until(() => last.locator('.said').evaluate((cell) => cell.checkVisibility({ contentVisibilityAuto: true })), 'the row that was found is shown');
    expect((await state()).laidOut).toBeLessThan(80);
    // a link to what comes after the table ends there, though the rows before it were never laid out
    await page.goto(`${pathToFileURL(path).href}#behind`);
    await page.waitForTimeout(300);
    expect(await page.locator('#behind').evaluate((section) => section.getBoundingClientRect().top)).toBeGreaterThanOrEqual(-1);
    expect(await page.locator('#behind').evaluate((section) => section.getBoundingClientRect().top)).toBeLessThan(700);
  });

  it('two runs are heard blind by keyboard, and what is told at the end is what was heard', async () => {
    const root = await temporaryFolder();
    const lengths = { 'old <b>': 0.5, new: 0.8 };
    for (const [name, sec] of Object.entries(lengths)) {
      await mkdir(join(root, name));
      for (const sentence of ['one', '二', 'three & <i>', 'four', 'five']) await writeFile(join(root, name, `${sentence}.wav`), wav(sec));
    }
    const file = join(root, 'ab.html');
    const made = await cli(['compare', join(root, 'old <b>'), join(root, 'new'), '--out', file, '--seed', '3', '--json']);
    expect(made.code, made.stderr).toBe(0);
    expect(lastJson<{ page: string }>(made).page).toBe(file);
    const page = await openPage(browser, pathToFileURL(file).href, { viewport: { width: 360, height: 800 } });
    expect(await page.locator('html').evaluate((element) => element.scrollWidth)).toBe(360);
    const trials = page.locator('.trial');
    expect(await trials.count()).toBe(5);
    const durations: number[][] = [];
    for (let trial = 0; trial < 5; trial += 1) {
      const sides: number[] = [];
      for (const side of [0, 1]) {
        const player = trials.nth(trial).locator('audio').nth(side);
        await player.scrollIntoViewIfNeeded();
        await until(async () => (await player.getAttribute('src')) !== null, 'its sound');
        sides.push(Math.round(10 * (await player.evaluate(async (audio) => { audio.muted = true; await audio.play(); return audio.duration; }))) / 10);
      }
      durations.push(sides);
      expect(await page.locator('body').innerText()).not.toMatch(/A is /);
      const prefersNew = trial < 3; // three for the new, one for the old, one for neither
      const button = trials.nth(trial).getByRole('button', { name: trial === 4 ? 'No difference' : `${(sides[0] === lengths.new) === prefersNew ? 'A' : 'B'} sounds better` });
      await button.press('Enter');
      expect(await button.getAttribute('aria-pressed')).toBe('true');
    }
    expect(new Set(durations.map(([a]) => a)).size).toBe(2); // sides change
    expect(await page.locator('#tally').textContent()).toBe('old <b> preferred once, new 3 times, no difference once, of 5');
    for (const [trial, [a]] of durations.entries()) expect(await trials.nth(trial).locator('.told').textContent()).toBe(a === lengths.new ? 'A is new, B is old <b>' : 'A is old <b>, B is new');
  });
});
