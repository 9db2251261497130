// What needs no file, in Chromium: bundled as a web application would, with the numbers that Node gives.
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { chromium } from 'playwright-core';
import { build } from 'tsup';
import { afterAll, beforeAll, expect, it } from 'vitest';
import * as browserEntry from '../src/browser.js';
import * as index from '../src/index.js';
import { figuresOf } from './browser-program.mjs';

const executablePath = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find((path) => existsSync(path));
const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url));
let dir = '', script = '';
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'audio-browser-'));
  const entry = { audio: here('../src/browser.ts'), program: here('browser-program.mjs') };
  await build({ entry, outDir: dir, format: 'iife', globalName: 'voxtune', platform: 'browser', target: 'es2022', dts: false, clean: false, splitting: false, sourcemap: false, silent: true, config: false });
  const [audio, program] = await Promise.all(['audio', 'program'].map((name) => readFile(join(dir, `${name}.global.js`), 'utf8')));
  script = `${audio!.replace('var voxtune', 'var voxtuneAudio')}\n${program!.replace('var voxtune', 'var voxtuneProgram')}`;
});
afterAll(() => rm(dir, { recursive: true, force: true }));

it('reaches no module of Node, and is part of the root', () => {
  expect(script).not.toMatch(/["']node:|\brequire\(["']/);
  expect(script).toContain('planSlices');
  const names = Object.keys(browserEntry);
  expect(names.length).toBeGreaterThan(30);
  expect(names.filter((name) => !(name in index))).toEqual([]);
});

it.skipIf(executablePath === undefined)('gives the numbers of Node in Chromium (skipped where there is none)', async () => {
  const browser = await chromium.launch({ executablePath: executablePath!, args: ['--no-sandbox'] });
  try {
    const page = await browser.newPage();
    await page.addScriptTag({ content: script });
    const theirs = await page.evaluate('voxtuneProgram.figuresOf(voxtuneAudio)') as Record<string, unknown>, ours = figuresOf(browserEntry);
    expect(Object.keys(ours).length).toBeGreaterThan(25);
    expect((ours['slices'] as unknown[]).length).toBeGreaterThan(1);
    expect(ours['refused']).toBe('AUDIO_FORMAT_UNKNOWN');
    for (const [name, value] of Object.entries(ours)) {
      // Sines and logarithms may differ in the last bit from engine to engine.
      if (typeof value === 'number') expect(theirs[name], name).toBeCloseTo(value, 6 - Math.ceil(Math.log10(1 + Math.abs(value))));
      else expect(theirs[name], name).toEqual(value);
    }
  } finally {
    await browser.close();
  }
}, 120_000);
