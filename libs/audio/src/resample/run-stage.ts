import { filterBetween, filterPlain, type Span } from './filter-plain.js';
import { filterSimd } from './filter-simd.js';
import { type Stage } from './plan-resample.js';

/** Which arithmetic filters; `auto` is SIMD where WebAssembly has it. */
export type ResampleKernel = 'auto' | 'plain';

/** Runs one filter over a span. `firstOutput` is the number of its first output sample where that is not on the filter's period. */
export function runStage(kernel: ResampleKernel, { up, down, between, table, pairs }: Stage, span: Span, firstOutput = 0): void {
  if (between || pairs === null) filterBetween(span, down, up, table, firstOutput);
  else if (kernel === 'plain' || !filterSimd(span, pairs)) filterPlain(span, up, down, table);
}
