import type { Language } from '../language.js';
import { planPreflight, type Preflight } from '../list/plan-preflight.js';
import { median } from '../middle.js';
import { countPhones } from '../sounds/count-phones.js';
import type { Pronouncer } from '../sounds/load-pronouncer.js';
import { measureCoverage, type Coverage } from '../sounds/measure-coverage.js';
import type { DatasetParts } from './summarize-dataset.js';

/** A histogram: `counts[i]` values lie in `[from + i·width, from + (i+1)·width)`; the first and the last bin also hold what lies beyond. */
export type Histogram = { readonly name: string; readonly unit: string; readonly from: number; readonly width: number; readonly counts: readonly number[]; readonly n: number; readonly median: number };
/** What the lists hold, in figures. JSON-serialisable. */
export type DatasetFigures = {
  readonly histograms: readonly Histogram[];
  /** null: the language has no dictionary here, or its package is not installed. */
  readonly coverage: Coverage | null;
  readonly preflight: Preflight;
};
export type MeasureDatasetOptions = { readonly parts: DatasetParts; readonly language: Language; readonly pronouncer: Pronouncer | null; readonly gptBatchSize?: number | undefined; readonly dpo?: boolean | undefined };

/** What is looked at, and in which bins. Bins are ours: about twenty over what speech has. */
const LOOKED_AT = [
  { name: 'length', unit: 's', from: 0, width: 1, bins: 16 },
  { name: 'loudness', unit: 'LUFS', from: -46, width: 2, bins: 20 },
  { name: 'SNR', unit: 'dB', from: 0, width: 3, bins: 20 },
  { name: 'pace', unit: 'characters a second', from: 0, width: 1, bins: 25 },
  { name: 'similarity to the speaker', unit: 'cosine', from: 0, width: 0.05, bins: 20 },
] as const;

/** Measures the utterances of the lists: histograms over those for which a figure is known, the sounds of the language, and what the trainers would do with them. */
export function measureDataset({ parts, language, pronouncer, gptBatchSize, dpo }: MeasureDatasetOptions): DatasetFigures {
  const { lists } = parts;
  const utterances = [...(lists?.train ?? []), ...(lists?.valid ?? []), ...(lists?.test ?? [])];
  const clips = new Map((parts.clips ?? []).map((clip) => [clip.id, clip]));
  const values = (of: (u: (typeof utterances)[number]) => number | null | undefined) => utterances.map(of).filter((value): value is number => typeof value === 'number' && Number.isFinite(value));
  const of: readonly (readonly number[])[] = [
    values((u) => u.durationSec),
    values((u) => clips.get(u.clip)?.measurements?.['loudnessLufs']),
    values((u) => clips.get(u.clip)?.measurements?.['snrDb']),
    values((u) => (u.text.match(/[\p{L}\p{N}]/gu)?.length ?? 0) / u.durationSec),
    values((u) => clips.get(u.clip)?.similarity),
  ];
  return {
    histograms: LOOKED_AT.flatMap(({ name, unit, from, width, bins }, at) => (of[at]!.length === 0 ? [] : [histogram(name, unit, from, width, bins, of[at]!)])),
    coverage: pronouncer === null ? null : measureCoverage((lists?.train ?? []).map(({ text }) => text), language, pronouncer),
    preflight: planPreflight({ utterances: lists?.train ?? [], clips, phonesOf: ({ text, language: spoken }) => countPhones(text, spoken, pronouncer === null ? undefined : (word) => pronouncer.wordPhones(word)), gptBatchSize, dpo }),
  };
}

function histogram(name: string, unit: string, from: number, width: number, bins: number, values: readonly number[]): Histogram {
  const counts = new Array<number>(bins).fill(0);
  for (const value of values) counts[Math.min(bins - 1, Math.max(0, Math.floor((value - from) / width)))]! += 1;
  return { name, unit, from, width, counts, n: values.length, median: Math.round(median(values) * 1000) / 1000 };
}
