import { escapeHtml } from './html.js';

/** A sweep as reports hold it: epochs and what each pair came to. */
export type SweepSummary = {
  readonly pick: { readonly gptEpoch: number; readonly sovitsEpoch: number };
  readonly runnerUp: { readonly gptEpoch: number; readonly sovitsEpoch: number } | null;
  readonly why: string;
  readonly sweep: { readonly rule: string; readonly entries: readonly { readonly gptEpoch: number; readonly sovitsEpoch: number; readonly merit: number; readonly sentences: number; readonly failed: number }[] } | null;
};

/** Which checkpoints speak, and why: words, and for a sweep the merit of every pair as a heat map (GPT epochs down, SoVITS epochs across). */
export function renderSweepSection({ pick, runnerUp, why, sweep }: SweepSummary): { readonly id: string; readonly title: string; readonly html: string } {
  const html = [`<p>${escapeHtml(why)}</p>`];
  if (sweep !== null && sweep.entries.length > 0) {
    const of = (key: 'gptEpoch' | 'sovitsEpoch'): number[] => [...new Set(sweep.entries.map((entry) => entry[key]))].sort((a, b) => a - b);
    const merits = sweep.entries.map(({ merit }) => merit);
    const [low, high] = [Math.min(...merits), Math.max(...merits)];
    const same = (a: { readonly gptEpoch: number; readonly sovitsEpoch: number } | null, b: { readonly gptEpoch: number; readonly sovitsEpoch: number }): boolean => a?.gptEpoch === b.gptEpoch && a.sovitsEpoch === b.sovitsEpoch;
    const cell = (gptEpoch: number, sovitsEpoch: number): string => {
      const entry = sweep.entries.find((one) => same(one, { gptEpoch, sovitsEpoch }));
      if (entry === undefined) return '<td class="num muted">–</td>';
      const share = high > low ? (entry.merit - low) / (high - low) : 1;
      const mark = same(pick, entry) ? ' <b>★ pick</b>' : same(runnerUp, entry) ? ' <b>runner-up</b>' : '';
      return `<td class="num heat" style="--heat:${Math.round(share * 100)}%" title="${entry.sentences} sentences, ${entry.failed} failed">${entry.merit.toFixed(3)}${mark}<br><small>${entry.sentences}${entry.failed === 0 ? '' : `, ${entry.failed} failed`}</small></td>`;
    };
    const across = of('sovitsEpoch');
    html.push(`<table class="table sweep"><caption>Merit of every checkpoint pair, below it how many sentences it spoke; pairs with few left early</caption><thead><tr><th>GPT epoch ↓, SoVITS epoch →</th>${across.map((epoch) => `<th scope="col" class="num">${epoch}</th>`).join('')}</tr></thead><tbody>${of('gptEpoch').map((gpt) => `<tr><th scope="row">${gpt}</th>${across.map((sovits) => cell(gpt, sovits)).join('')}</tr>`).join('')}</tbody></table>`, `<p class="muted">${escapeHtml(sweep.rule)}</p>`);
  }
  return { id: 'checkpoints', title: 'Checkpoints', html: html.join('\n') };
}
