import { mkdir, readFile, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { writeFileAtomic, type Accounting, type Drop, type Stage } from '@voxtune/pipeline';
import { TrainingError } from '../errors.js';
import { expectBert, expectSpeaker, expectSsl, removeBadFeatures, wavSamples, type FeatureExpectation } from '../features/check-features.js';
import { SEMANTIC_HEADER, formatRows, isSpoken, lettersLost, parseSemanticRows, parseTextRows, type TextRow } from '../features/rows.js';
import { audioStamps, keepFreshFeatures, textStamps, wholeFeatures, type FeatureFolder, type Stamps } from '../features/stamps.js';
import { type ListClip } from '../list/parse-list.js';
import { classifyFailure } from '../log/classify.js';
import { createClipLines, type ClipLines } from '../log/clip-lines.js';
import { type StepId } from '../plan/engine-step.js';
import { type EngineRun } from '../run/run-engine.js';
import { runSteps } from './run-steps.js';
import { completeOptions, engineKind, insideRoot, knownKind, missingMeans, nameRead, neededBefore, openVoiceEngine, readList, stepsOf, type TrainingStagesOptions, type VoiceEngine } from './voice-engine.js';

export type FeatureStageId = Exclude<StepId, 'train-gpt' | 'train-sovits'>;

const readText = (path: string): Promise<string> => readFile(path, 'utf8').catch(() => '');

type FeatureFacts = {
  readonly title: string;
  readonly stamps: string | null;
  readonly folders: readonly FeatureFolder[];
  readonly table: string | null;
};

/** What a feature stage leaves in the experiment's folder; names are the engine's (GPT-SoVITS 48b1a01, prepare_datasets/*.py). */
export function featureFacts(id: FeatureStageId, expDir: string): FeatureFacts {
  const folder = (name: string, suffix = '.pt'): FeatureFolder => ({ dir: join(expDir, name), suffix });
  switch (id) {
    case 'features-text': return { title: 'Phones and BERT features', stamps: join(expDir, 'inputs-text.json'), folders: [folder('3-bert')], table: join(expDir, '2-name2text.txt') };
    case 'features-ssl': return { title: 'HuBERT features and 32 kHz audio', stamps: join(expDir, 'inputs-ssl.json'), folders: [folder('4-cnhubert'), folder('5-wav32k', '')], table: null };
    case 'features-speaker': return { title: 'Speaker embeddings', stamps: join(expDir, 'inputs-speaker.json'), folders: [folder('7-sv_cn')], table: null };
    case 'features-semantic': return { title: 'Semantic tokens', stamps: null, folders: [], table: join(expDir, '6-name2semantic.tsv') };
  }
}

const saysSomething = (row: TextRow | undefined): boolean => row !== undefined && isSpoken(row);

/** The clips that came through a stage, in the list's order. */
async function cameThrough(id: FeatureStageId, clips: readonly ListClip[], expDir: string): Promise<readonly ListClip[]> {
  const { folders, table } = featureFacts(id, expDir);
  if (id === 'features-text') {
    const rows = parseTextRows(await readText(table ?? ''));
    const bert = await wholeFeatures(clips.filter(({ language }) => language === 'zh').map(({ key }) => key), folders);
    return clips.filter(({ key, language }) => saysSomething(rows.get(key)) && (language !== 'zh' || bert.has(key)));
  }
  if (id === 'features-semantic') {
    const rows = parseSemanticRows(await readText(table ?? ''));
    return clips.filter(({ key }) => rows.has(key));
  }
  const whole = await wholeFeatures(clips.map(({ key }) => key), folders);
  return clips.filter(({ key }) => whole.has(key));
}

/** What each of these clips' feature files must hold. */
async function expectations(id: FeatureStageId, clips: readonly ListClip[], expDir: string): Promise<ReadonlyMap<string, FeatureExpectation>> {
  const at = (name: string): string => join(expDir, name);
  const expected = new Map<string, FeatureExpectation>();
  const rows = id === 'features-text' ? parseTextRows(await readText(at('2-name2text.txt'))) : new Map<string, TextRow>();
  for (const { key, language } of clips) {
    if (id === 'features-text' && language === 'zh') expected.set(key, expectBert(at('3-bert'), key, rows.get(key)?.phones.length ?? 0));
    if (id === 'features-ssl') expected.set(key, expectSsl(at('4-cnhubert'), key, await wavSamples(join(at('5-wav32k'), key))));
    if (id === 'features-speaker') expected.set(key, expectSpeaker(at('7-sv_cn'), key));
  }
  return expected;
}

/** The clips that every stage before this one let through. */
async function cameSoFar(before: readonly FeatureStageId[], clips: readonly ListClip[], expDir: string): Promise<readonly ListClip[]> {
  let left = clips;
  for (const id of before) left = await cameThrough(id, left, expDir);
  return left;
}

async function stampsOf(id: FeatureStageId, clips: readonly ListClip[], engine: VoiceEngine, signal: AbortSignal): Promise<Stamps> {
  const kind = await engineKind(engine);
  const { version, half, paths } = engine.resolved;
  return id === 'features-text' ? textStamps(clips, `${kind} ${version}${half ? ' half' : ''}`) : audioStamps(clips, paths.clipsDir, { kind, half, stage: id }, signal);
}

function reasonFor(clip: ListClip, lines: ClipLines | null, lacks: string, row: TextRow | undefined): string {
  if (row !== undefined && !isSpoken(row)) return `the engine can read nothing of its text in ${clip.language}: ${quote(clip.text)}`;
  const complaint = lines?.of(clip.key) ?? null;
  if (complaint === null) return `the engine left ${lacks} for it and said nothing`;
  const words = complaint.cause?.code === 'TRAINING_RESUME_REFUSED' ? 'a file that the engine read was cut short' : (complaint.cause?.words ?? 'the engine failed on it'); // no feature stage resumes
  return `${words} — engine: "${complaint.line}"`;
}

const quote = (text: string): string => JSON.stringify(text.length > 40 ? `${text.slice(0, 40)}…` : text);

// Languages whose normalised text keeps its script; ja and ko may rewrite theirs.
const KEEPS_SCRIPT = new Set(['zh', 'en']);

/** What training will hear without words, in one note; none when every letter was read. */
function unreadNote(clips: readonly ListClip[], rows: ReadonlyMap<string, TextRow>): readonly string[] {
  const lossy = clips.flatMap((clip) => {
    const lost = KEEPS_SCRIPT.has(clip.language) ? lettersLost(clip.text, rows.get(clip.key)?.text ?? '') : '';
    return lost === '' ? [] : [{ clip, lost }];
  });
  const [first] = lossy;
  if (first === undefined) return [];
  return [`the engine left letters out of the text of ${lossy.length} clip${lossy.length === 1 ? '' : 's'}; the first, ${first.clip.id}: ${quote(first.lost)}. Write them as they are spoken in ${first.clip.language}.`];
}

const LACKS: Readonly<Record<FeatureStageId, string>> = {
  'features-text': 'no phones and BERT features', 'features-ssl': 'no HuBERT features', 'features-speaker': 'no speaker embedding', 'features-semantic': 'no semantic tokens',
};

/** Ids must be unique in an accounting; two refused lines may name one file. */
export function uniqueDrops(drops: readonly (Drop & { readonly line?: number })[]): readonly Drop[] {
  const seen = new Set<string>();
  return drops.map(({ id, reason, line }) => {
    const unique = seen.has(id) ? `${id} (line ${line ?? seen.size})` : id;
    seen.add(unique);
    return { id: unique, reason };
  });
}

/** Puts the parts' rows of one table together, in the list's order, and deletes the parts. */
async function mergeTable(id: FeatureStageId, parts: readonly string[], clips: readonly ListClip[], table: string): Promise<void> {
  const texts = await Promise.all(parts.map(readText));
  const all = texts.join('\n');
  const rows: ReadonlyMap<string, { readonly line: string }> = id === 'features-text' ? parseTextRows(all) : parseSemanticRows(all);
  await writeFileAtomic(table, formatRows(clips.map(({ key }) => key), rows, id === 'features-text' ? null : SEMANTIC_HEADER));
  for (const part of parts) await rm(part, { force: true });
}

/** text/english.py (48b1a01) makes engdict_cache.pickle in the checkout at its first English text: of two processes that start together one may read half of it, and loses that clip. Seen on a GPU machine. */
const HALF_A_CACHE = /UnpicklingError|EOFError: Ran out of input/;

/** One feature stage: runs the engine, then believes only the files. */
export function featureStage(id: FeatureStageId, before: readonly FeatureStageId[], options: TrainingStagesOptions): Stage {
  const engine = openVoiceEngine(options, id);
  const { paths, version, half, language } = engine.resolved;
  const { root } = options;
  const facts = featureFacts(id, paths.expDir);
  const inside = (path: string): string => insideRoot(root, path);
  // What the engine said, kept from run to accept; empty when another process accepts.
  let said: { readonly lines: ClipLines; readonly runs: readonly EngineRun[]; readonly notes: readonly string[] } | null = null;

  return {
    id, title: facts.title, version: 1,
    needs: [...neededBefore(options), ...before],
    reads: [nameRead(root, paths.listPath), ...(id === 'features-ssl' ? [nameRead(root, paths.clipsDir)] : [])],
    writes: [...facts.folders.map(({ dir }) => inside(dir)), ...(facts.table === null ? [] : [inside(facts.table)]), ...(facts.stamps === null ? [] : [inside(facts.stamps)])],
    options: { profile: 'upstream', engine: knownKind(engine), version, half, language },
    missing: () => missingMeans(engine, id),
    async run(context) {
      const list = await readList(paths.listPath);
      const notes: string[] = [];
      if (facts.stamps !== null) {
        for (const { dir } of facts.folders) await mkdir(dir, { recursive: true });
        const { kept, deleted } = await keepFreshFeatures(facts.stamps, await stampsOf(id, list.clips, engine, context.signal), facts.folders);
        if (kept.size > 0) notes.push(`${kept.size} clips had their features already`);
        if (deleted > 0) context.log(`voxtune: deleted ${deleted} feature files that were cut short, of other inputs, or of no clip`);
      }
      const resolved = await completeOptions(engine, list.clips.length);
      const steps = stepsOf(resolved, id);
      let lines = createClipLines(list.clips.map(({ key }) => key));
      const known = new Set(list.clips.map(({ key }) => key));
      const started = new Set<string>();
      const total = list.clips.length;
      const [folder] = facts.folders;
      const countFiles = async (): Promise<number> => (id === 'features-semantic' || folder === undefined ? 0 : (await readdir(folder.dir).catch(() => [])).length);
      context.progress({ done: 0, total, unit: 'clips' });
      const read = () => runSteps(engine, steps, context, {
        onLine(line, stream) {
          lines.add(line);
          if (id !== 'features-text' || stream !== 'stdout' || !known.has(line)) return null;
          context.progress({ done: started.size, total, unit: 'clips' }); // its name is printed as a clip starts: the ones before are done
          started.add(line);
          return null;
        },
        async mark() {
          const files = await countFiles();
          if (id === 'features-ssl' || id === 'features-speaker') context.progress({ done: Math.min(files, total), total, unit: 'clips' });
          return String(files);
        },
      });
      let runs = await read();
      if (id === 'features-text' && list.clips.some(({ key }) => HALF_A_CACHE.test(lines.of(key)?.line ?? ''))) {
        context.log('voxtune: the engine read its own dictionary cache while another run or part was writing it: the text is read once more');
        lines = createClipLines(list.clips.map(({ key }) => key));
        started.clear();
        runs = await read();
      }
      if (facts.table !== null) await mergeTable(id, steps.at(-1)?.merge?.parts ?? [], list.clips, facts.table);
      said = { lines, runs, notes };
      const broken = runs.find((run) => run.exitCode !== 0 || run.silentForMs !== undefined);
      if (broken !== undefined) throw classifyFailure(facts.title, broken, broken.evidence, null);
      await requireEveryPart(facts.title, runs, list.clips, new Set((await cameThrough(id, list.clips, paths.expDir)).map(({ key }) => key)), LACKS[id]);
    },
    async accept(context) {
      const list = await readList(paths.listPath);
      const inputs = await cameSoFar(before, list.clips, paths.expDir);
      const whole = await cameThrough(id, inputs, paths.expDir);
      const bad = await removeBadFeatures(await expectations(id, whole, paths.expDir), context.signal);
      const through = whole.filter(({ key }) => !bad.has(key));
      const kept = new Set(through.map(({ key }) => key));
      const rows = id === 'features-text' ? parseTextRows(await readText(facts.table ?? '')) : new Map<string, TextRow>();
      const dropped: readonly (Drop & { line?: number })[] = [
        ...(before.length === 0 ? list.refused : []),
        ...inputs.filter(({ key }) => !kept.has(key)).map((clip) => ({ id: clip.id, line: clip.line, reason: bad.get(clip.key) ?? reasonFor(clip, said?.lines ?? null, LACKS[id], rows.get(clip.key)) })),
      ];
      if (kept.size === 0) throw nothingKept(facts.title, said?.runs ?? [], dropped, LACKS[id]);
      if (id === 'features-text' && facts.table !== null) await keepRows(facts.table, through); // rows whose BERT features are not there would train on nothing
      return { in: kept.size + dropped.length, kept: kept.size, dropped: uniqueDrops(dropped), notes: [...(said?.notes ?? []), ...unreadNote(id === 'features-text' ? through : [], rows)] } satisfies Accounting;
    },
  };
}

/** The engine deals lines out in turn, `lines[part::parts]`; a part that ended well and left nothing of its lines is a failure, not so many dropped clips. */
async function requireEveryPart(title: string, runs: readonly EngineRun[], clips: readonly ListClip[], kept: ReadonlySet<string>, lacks: string): Promise<void> {
  for (const [index, run] of runs.entries()) {
    const mine = clips.filter(({ line }) => (line - 1) % runs.length === index);
    if (runs.length < 2 || mine.length === 0 || mine.some(({ key }) => kept.has(key))) continue;
    throw classifyFailure(`${title}, part ${index + 1} of ${runs.length}`, run, run.evidence, { what: `${lacks.replace(/^no /, '')} for any of its ${mine.length} clips`, code: 'TRAINING_NOTHING_KEPT' });
  }
}

async function keepRows(table: string, clips: readonly ListClip[]): Promise<void> {
  const text = await readText(table);
  const kept = formatRows(clips.map(({ key }) => key), parseTextRows(text), null);
  if (kept !== text) await writeFileAtomic(table, kept);
}

function nothingKept(title: string, runs: readonly EngineRun[], dropped: readonly Drop[], lacks: string): TrainingError {
  const [run] = runs;
  if (run !== undefined && run.evidence.best() !== null) return classifyFailure(title, run, run.evidence, { what: lacks.replace(/^no /, ''), code: 'TRAINING_NOTHING_KEPT' });
  const first = dropped[0];
  const said = first === undefined ? '' : ` The first, ${first.id}: ${first.reason}.`;
  return new TrainingError('TRAINING_NOTHING_KEPT', `${title}: of ${dropped.length} clips none came through.${said}`, { dropped: dropped.length });
}

