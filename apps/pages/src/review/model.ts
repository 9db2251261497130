// What the review page knows, without a browser: items, filters, counts, what a bulk rule finds, and how a text is split.

export type Finding = { readonly code: string; readonly level: 'note' | 'warning' | 'reject' };
export type Item = {
  readonly id: string; readonly rev: number; readonly by: string | null;
  readonly recordingId: string; readonly recording: string; readonly start: number; readonly end: number;
  readonly text: string | null; readonly edited: boolean; readonly verdict: 'accepted' | 'rejected' | null;
  readonly priority: number; readonly reasons: readonly { readonly code: string; readonly points: number; readonly message: string }[];
  readonly findings: readonly Finding[]; readonly similarity: number | null; readonly snrDb: number | null; readonly confidence: number | null;
  readonly leftOut: string | null; readonly recut: boolean;
};
export type Show = 'open' | 'accepted' | 'rejected' | 'leftOut' | 'all';
export type Filter = { readonly show: Show; /** '' for any; else the code of a finding or of a reason. */ readonly code: string; readonly search: string };

const isLeftOut = ({ leftOut, verdict }: Item): boolean => leftOut !== null && verdict === null;
/** Undecided, and not left out before. */
export const isOpen = (item: Item): boolean => item.verdict === null && item.leftOut === null;

const SHOWS: Readonly<Record<Show, (item: Item) => boolean>> = { open: isOpen, accepted: ({ verdict }) => verdict === 'accepted', rejected: ({ verdict }) => verdict === 'rejected', leftOut: isLeftOut, all: () => true };

export function filterItems(items: readonly Item[], { show, code, search }: Filter): readonly Item[] {
  const words = search.trim().toLowerCase();
  return items.filter((item) => SHOWS[show](item) && (code === '' || item.findings.some((f) => f.code === code) || item.reasons.some((r) => r.code === code)) && (words === '' || (item.text ?? '').toLowerCase().includes(words) || item.recording.toLowerCase().includes(words)));
}

/** Codes of findings and reasons with how many clips have them, most first. */
export function countCodes(items: readonly Item[]): readonly (readonly [string, number])[] {
  const counts = new Map<string, number>();
  for (const { findings, reasons } of items) for (const code of new Set([...findings, ...reasons].map((one) => one.code))) counts.set(code, (counts.get(code) ?? 0) + 1);
  return [...counts].sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1));
}

export type Counts = { readonly clips: number; readonly decided: number; readonly accepted: number; readonly rejected: number; readonly open: number; readonly openSec: number };
export function countItems(items: readonly Item[], rateHz: number): Counts {
  const counted = items.filter((item) => !isLeftOut(item));
  const of = (verdict: Item['verdict']): number => counted.filter((item) => item.verdict === verdict).length;
  const open = counted.filter(isOpen);
  return { clips: counted.length, decided: counted.length - open.length, accepted: of('accepted'), rejected: of('rejected'), open: open.length, openSec: open.reduce((sum, { start, end }) => sum + end - start, 0) / rateHz };
}

/** Seconds that the open clips will take: at the pace of the decisions so far (median), before the fifth by the length of the speech and a look at each clip. */
export function timeLeftSec({ open, openSec }: Pick<Counts, 'open' | 'openSec'>, pacesSec: readonly number[]): number {
  if (pacesSec.length < 5) return openSec + 2 * open;
  const sorted = [...pacesSec].sort((a, b) => a - b);
  return open * sorted[sorted.length >> 1]!;
}
export function formatDuration(sec: number): string {
  if (sec < 60) return `${Math.ceil(sec)} s`;
  const min = Math.round(sec / 60);
  return min < 60 ? `${min} min` : `${Math.floor(min / 60)} h ${min % 60} min`;
}

export type BulkRule = { readonly kind: 'similarity'; readonly below: number } | { readonly kind: 'snr'; readonly belowDb: number } | { readonly kind: 'empty' } | { readonly kind: 'finding'; readonly code: string } | { readonly kind: 'clean' };
/** Open clips that a rule is about. A clip without the figure is never among them. */
export function findByRule(items: readonly Item[], rule: BulkRule): readonly Item[] {
  const holds = (item: Item): boolean => {
    switch (rule.kind) {
      case 'similarity': return item.similarity !== null && item.similarity < rule.below;
      case 'snr': return item.snrDb !== null && item.snrDb < rule.belowDb;
      case 'empty': return item.text === null;
      case 'finding': return item.findings.some(({ code }) => code === rule.code);
      case 'clean': return item.priority === 0 && item.text !== null;
    }
  };
  return items.filter((item) => isOpen(item) && holds(item));
}
export function describeRule(rule: BulkRule): string {
  switch (rule.kind) {
    case 'similarity': return `similarity below ${rule.below}`;
    case 'snr': return `less than ${rule.belowDb} dB above the noise`;
    case 'empty': return 'without words';
    case 'finding': return `finding ${rule.code}`;
    case 'clean': return 'nothing speaks against them';
  }
}

/** What a person does next where no clip is on the screen. */
export function nextStep(items: readonly Item[], voice: string): string {
  if (items.length === 0) return `This voice has no clips. “voxtune run ${voice}” says why.`;
  return items.some(isOpen) ? 'None of the clips is in this list: choose others above it.' : `Everything is decided. “voxtune run ${voice}” carries it out and goes on.`;
}

const MOST_QUOTED = 120;
/** Words inside a sentence of the page: shortened, and kept from turning what follows them round (Unicode's first strong isolate). */
export function quote(words: string): string {
  const letters = [...words];
  return `\u2068${letters.length > MOST_QUOTED ? `${letters.slice(0, MOST_QUOTED).join('').trimEnd()}…` : words}\u2069`;
}

/** The clip before this one in its recording. */
export function previousInRecording(items: readonly Item[], item: Item): Item | null {
  return items.find((one) => one.recordingId === item.recordingId && nextInRecording(items, one)?.id === item.id) ?? null;
}

/** The clip after this one in its recording. */
export function nextInRecording(items: Iterable<Item>, { recordingId, start, end, id }: Item): Item | null {
  let next: Item | null = null;
  for (const item of items) {
    const isAfter = item.recordingId === recordingId && item.id !== id && (item.start > start || (item.start === start && item.end > end));
    if (isAfter && (next === null || item.start < next.start || (item.start === next.start && item.end < next.end))) next = item;
  }
  return next;
}

/** Proposes how the words of a clip are shared by its two parts: at the word border nearest to the share of the time; a person corrects it. */
export function splitText(text: string, share: number): readonly [string, string] {
  const at = share * text.length;
  const borders = [...text.matchAll(/\s+|(?<=[\u3000-\u9fff\uac00-\ud7af\uff00-\uffef])/gu)].map((match) => match.index).filter((index) => index > 0 && index < text.length);
  const border = borders.reduce((best, index) => (Math.abs(index - at) < Math.abs(best - at) ? index : best), borders[0] ?? Math.round(at));
  return [text.slice(0, border).trim(), text.slice(border).trim()];
}

/** Puts a decision's result into the list: new clips take the place of the first that went. */
export function mergeItems(items: readonly Item[], removed: readonly string[], changed: readonly Item[]): readonly Item[] {
  const fresh = new Map(changed.map((item) => [item.id, item]));
  const gone = new Set(removed);
  const known = new Set(items.map(({ id }) => id));
  const added = changed.filter(({ id }) => !known.has(id));
  let placed = added.length === 0;
  const merged = items.flatMap((item) => {
    if (!gone.has(item.id)) return [fresh.get(item.id) ?? item];
    if (placed) return [];
    placed = true;
    return added;
  });
  return placed ? merged : [...merged, ...added];
}
