// Against jiwer itself, on more pairs than a golden would hold; skipped where Python has no jiwer 4 (pip install jiwer==4.0.0).
import { execFileSync } from 'node:child_process';
import { expect, it } from 'vitest';
import { corpusErrorRate, errorRate } from './error-rate.js';

const PYTHON = process.env['VOXTUNE_TEST_PYTHON'] ?? 'python3';
const present = (() => {
  try { return execFileSync(PYTHON, ['-c', 'from importlib.metadata import version; print(version("jiwer"))'], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).startsWith('4.'); } catch { return false; }
})();
const SCRIPT = `
import json, sys, jiwer
pairs = json.load(sys.stdin)
out = []
for reference, hypothesis in pairs:
    w, c = jiwer.process_words(reference, hypothesis), jiwer.process_characters(reference, hypothesis)
    out.append([w.wer, c.cer, w.substitutions, w.insertions, w.deletions])
spoken = [p for p in pairs if p[0].strip() != ""]
print(json.dumps({"pairs": out, "wer": jiwer.wer([p[0] for p in spoken], [p[1] for p in spoken]), "cer": jiwer.cer([p[0] for p in spoken], [p[1] for p in spoken])}))
`;

it.skipIf(!present)('agrees with jiwer on 10 000 random pairs, word and character rates (skipped where python3 has no jiwer 4)', { timeout: 120_000 }, () => {
  let state = 20_251_127;
  const random = (): number => { state = (state * 48_271) % 2_147_483_647; return state / 2_147_483_647; };
  const WORDS = ['thank', 'you', 'for', 'calling', '您好', '订单', '一三八', 'a', 'VIP会员', "don't", 'naïve', '東京', '안녕', '12'];
  const word = (): string => WORDS[Math.floor(random() * WORDS.length)]!;
  const pairs = Array.from({ length: 10_000 }, (): [string, string] => {
    const reference = Array.from({ length: Math.floor(random() * 14) }, word);
    const hypothesis = random() < 0.1 ? Array.from({ length: Math.floor(random() * 30) }, word) : reference.flatMap((token) => { const chance = random(); return chance < 0.08 ? [] : chance < 0.16 ? [word()] : chance < 0.22 ? [token, word()] : [token]; });
    return [reference.join(' '), hypothesis.join(' ')];
  });
  expect(pairs.some(([reference]) => reference === '')).toBe(true);
  const theirs = JSON.parse(execFileSync(PYTHON, ['-c', SCRIPT], { input: JSON.stringify(pairs), encoding: 'utf8', maxBuffer: 1 << 28 })) as { pairs: [number, number, number, number, number][]; wer: number; cer: number };
  const none = { language: 'en', normalizer: 'none' } as const;
  let beyondOne = 0;
  pairs.forEach(([reference, hypothesis], i) => {
    const [wer, cer] = theirs.pairs[i]!;
    if (cer > 1) beyondOne += 1;
    expect(errorRate(reference, hypothesis, { ...none, unit: 'word' }).rate, `${reference} | ${hypothesis}`).toBe(wer);
    expect(errorRate(reference, hypothesis, { ...none, unit: 'character' }).rate, `${reference} | ${hypothesis}`).toBe(cer);
  });
  expect(beyondOne).toBeGreaterThan(10);
  const corpus = corpusErrorRate(pairs.filter(([reference]) => reference !== '').map(([reference, hypothesis]) => ({ reference, hypothesis })), none);
  expect(corpus.micro).toEqual({ wer: theirs.wer, cer: theirs.cer });
});
