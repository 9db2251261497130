import assert from 'node:assert/strict';
import { bootstrapMean, detectFaults, evaluateVoice, renderEvaluationSection } from '@voxtune/eval';

// An engine that speaks one sentence and answers the next with the second of silence that stands for an error.
const sampleRateHz = 16_000;
const tone = Float32Array.from({ length: 2 * sampleRateHz }, (_, n) => (n < 30_000 ? 0.3 : 0) * Math.sin(n / 20));
const answers = [tone, new Float32Array(sampleRateHz)];

const report = await evaluateVoice({
  sentences: [
    { id: 'greeting', text: '您好，很高興為您服務。', language: 'zh' },
    { id: 'price', text: '一共三百五十元。', language: 'zh' },
  ],
  synthesize: async () => ({ samples: answers.shift()!, sampleRateHz, elapsedSec: 0.8 }),
  judged: true, // false when the engine is a stand-in
});

assert.deepEqual(report.accounting, { in: 2, scored: 1, failed: 1 });
assert.equal(report.sentences[1]?.error?.code, 'EVAL_OUTPUT_FAULTY'); // "Exactly one second of zeros …"
assert.equal(report.metrics[0]?.verdict, 'not measured'); // similarity: no speaker model was given
assert.equal(report.verdict, 'fail'); // a sentence was lost
assert.ok(renderEvaluationSection(report).html.includes('您好'));

// The parts stand alone.
assert.deepEqual(detectFaults(tone, sampleRateHz).map(({ code }) => code), ['OUTPUT_CUT_OFF']); // the tone stops dead
const { mean, low, high } = bootstrapMean([3.9, 4.1, 4.0, 3.6], { seed: 1 });
assert.ok(mean === 3.9 && low! >= 3.6 && high! <= 4.1);
