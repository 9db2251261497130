import { causeOfLine, rankOf, type Cause } from './causes.js';
import { stripAnsi } from './strip-ansi.js';

/** Lines kept from the end of the output. Ours. */
const TAIL_LINES = 200;

/** Characters of a quoted line. Ours. */
const QUOTE_CHARS = 300;

/** An engine line as it is quoted: without colours and clipped. */
export const quoteLine = (line: string): string => {
  const plain = stripAnsi(line).trim();
  return plain.length > QUOTE_CHARS ? `${plain.slice(0, QUOTE_CHARS - 1)}…` : plain;
};

// The last line of a Python traceback: `package.module.SomeError: text`, or the bare name.
const EXCEPTION = /^(?:[A-Za-z_]\w*\.)*[A-Z]\w*(?:Error|Exception|Interrupt|Exit|Failure|Failed|Warning)\b(?:: .*)?:?$/;

/** Whether a line ends a Python traceback, naming the exception. */
export const isExceptionLine = (line: string): boolean => EXCEPTION.test(line) && !/Warning\b/.test(line.split(':')[0] ?? '');

/** What a process printed, in bounded memory: the last lines, the most telling line, the last exception. */
export type Evidence = {
  add(line: string): void;
  readonly best: () => { readonly cause: Cause; readonly line: string } | null;
  readonly lastException: () => string | null;
  readonly tail: () => readonly string[];
};

/** Collects {@link Evidence} from lines in the order they come. */
export function createEvidence(): Evidence {
  const tail: string[] = [];
  let best: { cause: Cause; line: string } | null = null;
  let exception: string | null = null;
  return {
    add(raw) {
      const line = stripAnsi(raw);
      if (line.trim() === '') return;
      tail.push(line);
      if (tail.length > TAIL_LINES) tail.shift();
      const cause = causeOfLine(line);
      if (cause !== null && (best === null || rankOf(cause) < rankOf(best.cause))) best = { cause, line: quoteLine(line) };
      if (isExceptionLine(line)) exception = quoteLine(line);
    },
    best: () => best,
    lastException: () => exception,
    tail: () => tail,
  };
}
