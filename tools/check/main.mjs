import { countTests, skippedTitles } from './count-tests.mjs';
import { steps } from './steps.mjs';
import { tellFailure } from './tell-failure.mjs';

const seconds = (ms) => `${(ms / 1000).toFixed(1)} s`;

/**
 * Runs the steps in order and counts: a step with tests counts its tests, any other counts as one.
 * @param {readonly string[]} only - Beginnings of the names of the steps to run; empty runs all.
 * @returns {Promise<number>} exit code
 */
export async function main(only) {
  const all = steps();
  const chosen = all.filter(({ name }) => only.length === 0 || name === 'install' || only.some((start) => name.startsWith(start)));
  if (chosen.length <= 1 && only.length > 0) {
    console.error(`check: no step begins with ${only.join(' or ')}. The steps: ${all.map(({ name }) => name).join(', ')}`);
    return 2;
  }
  const began = performance.now();
  let passed = 0;
  let failed = 0;
  const skipped = [];
  const failedSteps = [];
  for (const step of chosen) {
    const started = performance.now();
    const { code, output, note = '' } = await step.run();
    const tests = step.tests === true ? countTests(output) : null;
    const silent = step.tests === true && tests === null; // a test step that ran no test has not passed
    const good = code === 0 && !silent && (tests?.failed ?? 0) === 0;
    passed += tests === null ? Number(good) : tests.passed;
    failed += tests === null ? Number(!good) : tests.failed + Number(!good && tests.failed === 0);
    const counts = tests === null ? note : `${tests.passed} passed${tests.failed > 0 ? `, ${tests.failed} failed` : ''}${tests.skipped > 0 ? `, ${tests.skipped} skipped` : ''}`;
    console.log(`${good ? 'ok  ' : 'FAIL'}  ${step.name.padEnd(22)} ${step.title}${counts === '' ? '' : ` (${counts})`}  ${seconds(performance.now() - started)}`);
    if (tests !== null && tests.skipped > 0) skipped.push(...new Set(skippedTitles(output)));
    if (!good) {
      failedSteps.push(step.name);
      console.log(`${silent ? 'no test summary was found\n' : ''}${tellFailure(output).replace(/^/gm, '      ')}\n`);
      if (code === 130) return 130;
      if (step.stops === true) break;
    }
  }
  if (skipped.length > 0) console.log(`\nSkipped, for want of what their titles name:\n${skipped.map((title) => `  ${title}`).join('\n')}`);
  if (failedSteps.length > 0) console.log(`\nFailed: ${failedSteps.join(', ')}. One alone: npm run check -- ${failedSteps[0].split(' ').at(-1) === failedSteps[0] ? failedSteps[0] : `"${failedSteps[0]}"`}`);
  console.log(`\n${seconds(performance.now() - began)}`);
  console.log(`${passed} passed, ${failed} failed`);
  return failed === 0 ? 0 : 1;
}
