import { type EvaluationReport } from '../report/schema.js';
import { formatThreshold } from '../thresholds.js';
import { type GateResult } from './gate-report.js';

/** Characters that XML 1.0 forbids even escaped (§2.2), lone halves of a pair included. */
const FORBIDDEN = /[^\t\n\r\u{20}-\u{D7FF}\u{E000}-\u{FFFD}\u{10000}-\u{10FFFF}]/gu;
const ENTITIES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', '\n': '&#10;', '\r': '&#13;', '\t': '&#9;' };
const escapeXml = (text: string): string => text.replace(FORBIDDEN, '\uFFFD').replace(/[&<>"\n\r\t]/g, (character) => ENTITIES[character]!);

type Case = { readonly name: string; readonly failure?: string; readonly skipped?: string };

/**
 * A gate's result as JUnit XML, which build servers show: a suite of thresholds and one of sentences. "Not measured" is a skipped case,
 * under `strict` a failed one. Holds no times, so that equal results are equal files.
 * Source of the form: junit-team's schema as Jenkins reads it (xunit-plugin, JUnit-10.xsd).
 * @param name - Of the voice, for the suites.
 */
export function renderJUnit({ checks, strict }: GateResult, { name, sentences = [] }: { readonly name: string; readonly sentences?: EvaluationReport['sentences'] }): string {
  const thresholds = checks.map(({ metric, model, threshold, direction, verdict, reason }): Case => {
    const title = `${metric}${model === null ? '' : ` by ${model}`}${threshold === null ? '' : ` ${formatThreshold({ value: threshold, direction })}`}`;
    if (verdict === 'pass') return { name: title };
    return verdict === 'fail' || strict ? { name: title, failure: verdict === 'fail' ? (reason ?? 'below') : `not measured: ${reason ?? ''}` } : { name: title, skipped: reason ?? 'not measured' };
  });
  const spoken = sentences.map(({ id, error }): Case => (error === null ? { name: id } : { name: id, failure: `${error.code}: ${error.message}` }));
  return `<?xml version="1.0" encoding="UTF-8"?>\n<testsuites>\n${suite(`${name}.thresholds`, thresholds)}${spoken.length === 0 ? '' : suite(`${name}.sentences`, spoken)}</testsuites>\n`;
}

function suite(name: string, cases: readonly Case[]): string {
  const of = (key: 'failure' | 'skipped'): number => cases.filter((one) => one[key] !== undefined).length;
  const rows = cases.map(({ name: title, failure, skipped }) => {
    const inner = failure !== undefined ? `<failure message="${escapeXml(failure)}"/>` : skipped !== undefined ? `<skipped message="${escapeXml(skipped)}"/>` : '';
    const head = `    <testcase classname="${escapeXml(name)}" name="${escapeXml(title)}"`;
    return inner === '' ? `${head}/>\n` : `${head}>${inner}</testcase>\n`;
  });
  return `  <testsuite name="${escapeXml(name)}" tests="${cases.length}" failures="${of('failure')}" errors="0" skipped="${of('skipped')}">\n${rows.join('')}  </testsuite>\n`;
}
