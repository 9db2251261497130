/** One utterance as `dataset.json` lists it; `audio` is the SHA-256 of its clip. */
export type DatasetRow = { readonly clip: string; readonly recording: string; readonly split: 'train' | 'valid' | 'test'; readonly durationSec: number; readonly language: string; readonly text: string; readonly audio: string };
type Change = { readonly clip: string; readonly recording: string; readonly what: readonly ('text' | 'split' | 'language' | 'audio')[]; readonly before: DatasetRow; readonly after: DatasetRow };
export type DatasetDiff = {
  readonly added: readonly DatasetRow[];
  readonly removed: readonly DatasetRow[];
  readonly changed: readonly Change[];
  readonly unchanged: number;
  readonly seconds: { readonly before: number; readonly after: number };
  readonly recordings: { readonly added: readonly string[]; readonly removed: readonly string[] };
};

/** What became of a data set: by clip, whose name holds its recording's content and its place. Law: removed + changed + unchanged is the one, added + changed + unchanged the other. */
export function diffDatasets(before: readonly DatasetRow[], after: readonly DatasetRow[]): DatasetDiff {
  const [old, fresh] = [new Map(before.map((row) => [row.clip, row])), new Map(after.map((row) => [row.clip, row]))];
  const changed: Change[] = [];
  let unchanged = 0;
  for (const row of after) {
    const was = old.get(row.clip);
    if (was === undefined) continue;
    const what = (['text', 'split', 'language', 'audio'] as const).filter((field) => was[field] !== row[field]);
    if (what.length === 0) unchanged += 1;
    else changed.push({ clip: row.clip, recording: row.recording, what, before: was, after: row });
  }
  const total = (rows: readonly DatasetRow[]) => Math.round(rows.reduce((sum, { durationSec }) => sum + durationSec, 0) * 1000) / 1000;
  const names = (rows: readonly DatasetRow[]) => new Set(rows.map(({ recording }) => recording));
  const [were, are] = [names(before), names(after)];
  return {
    added: after.filter(({ clip }) => !old.has(clip)), removed: before.filter(({ clip }) => !fresh.has(clip)), changed, unchanged,
    seconds: { before: total(before), after: total(after) },
    recordings: { added: [...are].filter((name) => !were.has(name)), removed: [...were].filter((name) => !are.has(name)) },
  };
}
