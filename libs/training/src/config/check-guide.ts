import { LineCounter, isMap, isScalar, parseDocument, type Document } from 'yaml';
import type { z } from 'zod';
import { GUIDE_SCHEMAS, type GuideConfigKind, type GuideS1, type GuideS2 } from './guide-schemas.js';

/** One thing wrong with a file. */
export type GuideProblem = {
  /** 'train.segment_size'; empty for the whole file. */
  readonly key: string;
  readonly message: string;
  /** From 1. */
  readonly line: number;
  readonly column: number;
  /** On an unknown key: the names that stand there, to suggest the nearest of. */
  readonly known: readonly string[];
};

/** A file of the guide, checked: every default in place, or what is wrong with it. */
export type CheckedGuide =
  | { readonly ok: true; readonly kind: 'guide-s1'; readonly values: GuideS1 }
  | { readonly ok: true; readonly kind: 'guide-s2'; readonly values: GuideS2 }
  | { readonly ok: false; readonly kind: GuideConfigKind; readonly problems: readonly GuideProblem[] };

export type CheckGuideOptions = {
  /** @default told from the keys: `model` or `training` is s1longer.yaml, else s2.json */
  readonly kind?: GuideConfigKind | undefined;
  /** Rate of the clips that are trained on, hertz. @default not compared */
  readonly clipSampleRateHz?: number | undefined;
  /** Whether a list is there. @default lists are not looked for */
  readonly isThere?: ((path: string) => boolean) | undefined;
};

type Wrong = { readonly path: readonly string[]; readonly message: string };
const when = (wrong: boolean, path: readonly string[], message: string): readonly Wrong[] => (wrong ? [{ path, message }] : []);

const missingLists = (entries: readonly (readonly [readonly string[], string | undefined])[], isThere: CheckGuideOptions['isThere']): readonly Wrong[] =>
  entries.flatMap(([path, list]) => when(isThere !== undefined && list !== undefined && !isThere(list), path, `there is no ${list}`));

function s1Rules({ model, data }: GuideS1, { isThere }: CheckGuideOptions): readonly Wrong[] {
  return [
    ...when(model.save_every_epoch > model.epochs, ['model', 'save_every_epoch'], `must be at most epochs (${model.epochs}), got ${model.save_every_epoch}: nothing would be saved`),
    ...when(model.warmup_epoch >= model.epochs, ['model', 'warmup_epoch'], `must be below epochs (${model.epochs}), got ${model.warmup_epoch}`),
    ...missingLists([[['data', 'train_list'], data.train_list], [['data', 'valid_list'], data.valid_list]], isThere),
  ];
}

function s2Rules({ train, data }: GuideS2, { isThere, clipSampleRateHz }: CheckGuideOptions): readonly Wrong[] {
  const half = data.sampling_rate / 2;
  return [
    ...when(train.segment_size % data.hop_length !== 0, ['train', 'segment_size'], `must be a multiple of hop_length (${data.hop_length}), got ${train.segment_size}`),
    ...when(train.warmup_epochs >= train.epochs, ['train', 'warmup_epochs'], `must be below epochs (${train.epochs}), got ${train.warmup_epochs}`),
    ...when(data.win_length > data.filter_length, ['data', 'win_length'], `must be at most filter_length (${data.filter_length}), got ${data.win_length}`),
    ...when(data.mel_fmax !== null && data.mel_fmax > half, ['data', 'mel_fmax'], `must be at most half the sampling rate (${half} Hz), got ${data.mel_fmax}`),
    ...when(data.mel_fmin >= (data.mel_fmax ?? half), ['data', 'mel_fmin'], `must be below mel_fmax (${data.mel_fmax ?? half} Hz), got ${data.mel_fmin}`),
    ...when(clipSampleRateHz !== undefined && clipSampleRateHz !== data.sampling_rate, ['data', 'sampling_rate'], `must equal the clips’ rate (${clipSampleRateHz} Hz), got ${data.sampling_rate}`),
    ...missingLists([[['data', 'training_files'], data.training_files], [['data', 'validation_files'], data.validation_files]], isThere),
  ];
}

/** Offset of a key (or of its value), or of the nearest block above it that is there. */
function offsetOf(document: Document, path: readonly PropertyKey[], wantsKey: boolean): number {
  for (let length = path.length; length > 0; length -= 1) {
    const parent = length === 1 ? document.contents : document.getIn(path.slice(0, length - 1), true);
    if (!isMap(parent)) continue;
    const pair = parent.items.find(({ key }) => isScalar(key) && key.value === path[length - 1]);
    const node = pair === undefined ? undefined : wantsKey || pair.value === null ? pair.key : pair.value;
    const range = (node as { range?: readonly [number, number, number] | null } | undefined)?.range;
    if (range) return range[0];
  }
  return 0;
}

/**
 * Checks one of the guide's two configuration files, also a JSON one (JSON is YAML). Reads nothing: `isThere` looks for lists.
 * @param text - The file.
 * @returns Values with every default in place, or all problems in the order of the schema, with their places.
 */
export function checkGuideConfig(text: string, options: CheckGuideOptions = {}): CheckedGuide {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  const place = (offset: number): { readonly line: number; readonly column: number } => {
    const { line, col } = lines.linePos(offset);
    return { line, column: col };
  };
  const kind = options.kind ?? (document.has('model') || document.has('training') ? 'guide-s1' : 'guide-s2');
  const [syntax] = document.errors;
  if (syntax !== undefined) return { ok: false, kind, problems: [{ key: '', message: syntax.message, ...place(syntax.pos[0]), known: [] }] };
  const schema = GUIDE_SCHEMAS[kind];
  const result = schema.safeParse(document.toJS() ?? {});
  const at = (path: readonly PropertyKey[], message: string, isKey: boolean, known: readonly string[] = []): GuideProblem =>
    ({ key: path.join('.'), message, ...place(offsetOf(document, path, isKey)), known });
  if (!result.success) {
    const describe = (issue: z.core.$ZodIssue): readonly GuideProblem[] => {
      if (issue.code !== 'unrecognized_keys') return [at(issue.path, issue.message, false)];
      const block = issue.path.length === 0 ? schema.shape : (schema.shape as Record<string, { def: { innerType: { shape: object } } }>)[String(issue.path[0])]?.def.innerType.shape;
      return issue.keys.map((key) => at([...issue.path, key], 'unknown key', true, Object.keys(block ?? {})));
    };
    return { ok: false, kind, problems: result.error.issues.flatMap(describe) };
  }
  const wrong = kind === 'guide-s1' ? s1Rules(result.data as GuideS1, options) : s2Rules(result.data as GuideS2, options);
  if (wrong.length > 0) return { ok: false, kind, problems: wrong.map(({ path, message }) => at(path, message, false)) };
  return { ok: true, kind, values: result.data } as CheckedGuide; // the schema of `kind` made them
}
