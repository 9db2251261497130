import assert from 'node:assert/strict';
import { test } from 'node:test';
import { languageOfText } from '../quickstart/language.mjs';
import { readArguments, UsageError } from '../quickstart/arguments.mjs';
import { countTests, skippedTitles } from './count-tests.mjs';
import { tellFailure } from './tell-failure.mjs';

test("counts vitest's summary, colours and all", () => {
  assert.deepEqual(countTests('\u001b[2m Test Files \u001b[22m 1 failed | 3 passed (4)\n      Tests  1 failed | 12 passed | 2 skipped (15)\n'), { passed: 12, failed: 1, skipped: 2 });
});
test("adds up several summaries, node's too", () => {
  assert.deepEqual(countTests('      Tests  3 passed (3)\n      Tests  4 passed (4)\n# pass 5\n# fail 1\n# skipped 0\n'), { passed: 12, failed: 1, skipped: 0 });
});
test('no summary is no success', () => assert.equal(countTests('No test files found'), null));
test('names the skipped tests', () => {
  assert.deepEqual(skippedTitles(' ✓ src/a.test.ts > b\n ↓ src/a.test.ts > decodes M4A (needs ffmpeg)\n'), ['src/a.test.ts > decodes M4A (needs ffmpeg)']);
});

test('of a failed step it tells the failures, not what passed', () => {
  const passed = Array.from({ length: 300 }, (_, i) => ` ✓ src/a.test.ts > ${i}`).join('\n');
  assert.match(tellFailure(`${passed}\n\u001b[31m⎯⎯⎯⎯ Failed Tests 1 ⎯⎯⎯⎯\u001b[39m\n\n FAIL  b.test.ts > c\nAssertionError: d\n${passed}`), /^⎯+ Failed Tests 1 ⎯+\n\n FAIL {2}b\.test\.ts > c\nAssertionError: d\n/);
  assert.equal(tellFailure(`${passed}\nerror TS1005`).split('\n').at(-1), 'error TS1005');
});

test('tells the language from words, also where names are Latin', () => {
  assert.equal(languageOfText('a.wav|agent|zh|您好，歡迎致電客戶服務中心。'), 'zh');
  assert.equal(languageOfText('1\n00:00:01,000 --> 00:00:02,000\nGood morning.'), 'en');
  assert.equal(languageOfText('お電話ありがとうございます。'), 'ja');
  assert.equal(languageOfText('안녕하세요, 고객 센터입니다.'), 'ko');
  assert.equal(languageOfText('1 2 3'), null);
});

test('quickstart without flags takes the demo and the stand-in engine, in English', () => {
  const { demo, standIn, language, name } = readArguments([], '/');
  assert.deepEqual({ demo, standIn, language, name }, { demo: true, standIn: true, language: 'en', name: 'demo' });
});
test('quickstart refuses what is not there', () => {
  assert.throws(() => readArguments(['--recordings', 'no-such-folder'], '/'), new UsageError('--recordings: there is no /no-such-folder'));
  assert.throws(() => readArguments(['--language', 'fr'], '/'), UsageError);
  assert.throws(() => readArguments(['--recording', '/'], '/'), UsageError);
});
