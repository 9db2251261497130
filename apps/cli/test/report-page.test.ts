// The pages that people open from disk: a long report and the comparison of two runs, in Chromium. What makes them open at once is pinned here, not how long it takes.
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { encodeWav } from '@voxtune/audio';
import { measureDataset, renderDatasetSection, renderDropped, renderFigures, type ClipEntry, type DatasetParts, type RecordingEntry } from '@voxtune/dataset';
import { evaluateVoice, renderEvaluationSection, renderPage, type EvaluationReport } from '@voxtune/eval';
import { renderTrainingSection } from '@voxtune/training';
import { type Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { cli, lastJson, temporaryFolder } from './cli.js';
import { renderPage as renderVoicePage, renderStages } from '../src/report/page.js';
import { hasChromium, openBrowser, openPage, until } from './page.js';

const RATE = 16_000;
const buzz = (sec: number, hz = 150): Float32Array => Float32Array.from({ length: Math.round(sec * RATE) }, (_, n) => 0.3 * Math.sin((2 * Math.PI * hz * n) / RATE));
const wav = (sec: number): Uint8Array => encodeWav({ sampleRateHz: RATE, channels: [buzz(sec)] });

/** One sentence's figures, said of so many sentences. */
async function reportOf(count: number): Promise<EvaluationReport> {
  const report = await evaluateVoice({ sentences: [{ id: 's', text: 'x', language: 'en' }], judged: true, synthesize: async () => ({ samples: buzz(1), sampleRateHz: RATE, elapsedSec: 1 }), transcribe: async () => ({ text: 'y' }) });
  return { ...report, sentences: Array.from({ length: count }, (_, i) => ({ ...report.sentences[0]!, id: `s${i}`, text: `Sentence number ${i}: thank you for calling customer service, how may I help you today?`, heard: `thank you for calling number ${i}` })) };
}

/** A data set whose names, reasons and words are as long as people's. */
function dataset(): DatasetParts {
  const long = 'the same speech as another recording of a very long name (87 % of the audio fingerprint agrees)';
  const recording = (at: number): RecordingEntry => ({ v: 1, id: `r00000000000${at}`, path: `2026-11-27 客服 (${at}) a_recording_with_a_long_name_and_no_space.wav`, format: 'wav', codec: 'pcm_s16le', sampleRateHz: 44_100, channels: 2, durationSec: 61.5, sha256: '', measurements: { snrDb: 21.5, loudnessLufs: -20.1 }, findings: [{ code: 'RECORDING_SAME_SPEECH', level: 'warning', message: long, value: 0.87 }], kept: at > 0, reason: at > 0 ? null : long });
  const recordings = [0, 1, 2].map(recording);
  const clip = (at: number): ClipEntry => ({ v: 1, id: `r000000000001-${String(at * 320_000).padStart(10, '0')}-${String(at * 320_000 + 96_000 + 4000 * at).padStart(10, '0')}`, path: `clips/c${at}.wav`, recordingId: recordings[1]!.id, recordingPath: recordings[1]!.path, startSec: at * 10, endSec: at * 10 + 3 + at / 8, cut: 'cues', measurements: { loudnessLufs: -20 - at / 10, snrDb: 30 }, similarity: 0.9, findings: [], kept: true, reason: null });
  const clips = Array.from({ length: 40 }, (_, at) => clip(at));
  const utterances = clips.map((one) => ({ clip: one.id, path: one.path, recordingId: one.recordingId, recordingPath: one.recordingPath, durationSec: one.endSec - one.startSec, speaker: 's', language: 'en' as const, text: 'And it was a matter of course that in the Middle Ages beautiful form should always be a part of their productions.' }));
  return {
    recordings, clips, clipRateHz: 32_000, transcripts: utterances.map(({ clip: id, text }) => ({ v: 1, clip: id, text, language: 'en', source: 'import', from: `${recordings[1]!.path}.srt:2`, confidence: null, findings: [{ code: 'TEXT_PAUSES', level: 'note', message: '4 marks of punctuation inside, and 1 pause', value: 4 }] })),
    clipsDropped: [{ id: 'r000000000002-0000000000-0000096320', reason: `${recordings[2]!.path}: speakers overlap or change` }], withoutText: [],
    lists: { train: utterances, valid: [], test: [], splitBy: 'none', dropped: [], findings: [], notes: [], accounting: { in: 40, kept: 40, dropped: [], notes: [] } },
  };
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

  it.each([[1280], [768], [390], [320]])('the pages of a data set and of a voice, %i pixels wide: nothing is scrolled to sideways, and what charts say can be read', async (width) => {
    const parts = dataset();
    const figures = measureDataset({ parts, language: 'en', pronouncer: null });
    const stages = renderStages([{ id: 'slice', title: 'cut the recordings into clips', state: 'done', in: 41, kept: 40, dropped: parts.clipsDropped!, notes: [], reason: null, progress: null }, { id: 'denoise', title: 'take noise off the recordings', state: 'skipped', in: null, kept: null, dropped: [], notes: [], reason: 'off: this stage is optional and not switched on', progress: null }]);
    const training = renderTrainingSection({ steps: [], losses: [{ kind: 'gpt', name: 'total_loss_epoch', steps: [24, 49], values: [14190.066, 2693.272] }], checkpoints: [{ v: 1, kind: 'sovits', epoch: 8, step: 96, path: 'work/engine/sovits-weights/a-voice-of-a-long-name_e8_s96.pth', sha256: 'ab'.repeat(32) }] });
    const folder = await temporaryFolder();
    const path = join(folder, 'dataset.html');
    await writeFile(path, renderVoicePage({ title: 'voice', subtitle: '', notice: null, sections: [stages, renderDatasetSection(parts), ...renderFigures(figures, parts), training, renderEvaluationSection(await reportOf(3), { audio: () => `data:audio/wav;base64,${Buffer.from(wav(0.5)).toString('base64')}` }), renderDropped(parts.clipsDropped!, () => 'x.wav', parts)] }));
    const page = await openPage(browser, pathToFileURL(path).href, { viewport: { width, height: 800 } });
    expect(await page.locator('section').evaluateAll((sections) => sections.filter((one) => one.scrollWidth > one.clientWidth).map((one) => `${one.id}: ${one.scrollWidth} > ${one.clientWidth}`))).toEqual([]);
    const letters = await page.locator('svg text').evaluateAll((texts) => texts.filter((one) => one.checkVisibility()).map((one) => one.getBoundingClientRect().height));
    expect(Math.min(...letters)).toBeGreaterThan(9);
    expect(await page.locator('#dataset table').nth(2).getByRole('row').count()).toBe(41); // a table to those who do not see it
    expect(await page.locator('#dropped td').first().innerText()).toContain('2026-11-27 客服 (2)');
    expect(await page.locator('#dropped td').first().innerText()).toContain('0.00–3.01 s');
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
