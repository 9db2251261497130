import type { Finding } from '../findings.js';
import { decisionSchema, type Decision } from './decision.js';

export type ParsedDecisions = {
  readonly decisions: readonly Decision[];
  /** Lines that were passed over. */
  readonly findings: readonly Finding[];
  /** True when the file ends inside a line: a write was cut off. What is added next begins on a line of its own. */
  readonly torn: boolean;
};

/** Reads `review.jsonl`. A line that is no decision (one that a kill cut off, say) is passed over and reported; the others count. */
export function parseDecisions(text: string, file = 'review.jsonl'): ParsedDecisions {
  const decisions: Decision[] = [];
  const findings: Finding[] = [];
  for (const [index, line] of text.split('\n').entries()) {
    if (line.trim() === '') continue;
    const parsed = decisionSchema.safeParse(jsonOrNull(line));
    if (parsed.success) decisions.push(parsed.data);
    else findings.push({ code: 'REVIEW_LINE', level: 'warning', message: `${file}, line ${index + 1}: no whole decision; it is passed over`, value: line.slice(0, 40), file, line: index + 1 });
  }
  return { decisions, findings, torn: text !== '' && !text.endsWith('\n') };
}

function jsonOrNull(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return null; // no decision either
  }
}
