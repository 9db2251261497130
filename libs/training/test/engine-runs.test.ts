import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { createClipLines } from '../src/log/clip-lines.js';
import { classifyFailure } from '../src/log/classify.js';
import { createEvidence } from '../src/log/evidence.js';
import { createLineSplitter } from '../src/log/line-splitter.js';
import { parseS2Line, parseTrainLog } from '../src/log/parse-s2-log.js';
import { parseEventFile } from '../src/log/tfevents.js';

// Verbatim output of real runs of GPT-SoVITS 48b1a01; beside the repository, not in it.
const VECTORS = fileURLToPath(new URL('../../../../shared/vectors/engine/', import.meta.url));
const present = existsSync(VECTORS);
const read = (name: string): string => (existsSync(`${VECTORS}${name}`) ? readFileSync(`${VECTORS}${name}`, 'utf8') : '');

function linesOf(name: string): { lines: string[]; all: { line: string; redrawn: boolean }[]; exitCode: number } {
  const all: { line: string; redrawn: boolean }[] = [];
  for (const stream of ['out', 'err']) {
    const splitter = createLineSplitter((line, redrawn) => all.push({ line, redrawn }));
    splitter.push(read(`runs/${name}.${stream}`));
    splitter.end();
  }
  return { all, lines: all.filter(({ redrawn }) => !redrawn).map(({ line }) => line), exitCode: Number(/rc=(\d+)/.exec(read(`runs/${name}.rc`))?.[1] ?? 0) };
}

const causeOf = (name: string): string => {
  const { lines, exitCode } = linesOf(name);
  const evidence = createEvidence();
  lines.forEach((line) => evidence.add(line));
  return classifyFailure(name, { exitCode, signal: null }, evidence, { what: 'output', code: 'TRAINING_NO_WEIGHTS' }).code;
};

describe.skipIf(!present)('real runs of the engine (needs the shared vectors)', () => {
  it.each([
    ['text_nog2pw', 'TRAINING_G2PW_MISSING'], ['text_cwd', 'TRAINING_G2PW_MISSING'], ['text_nobert', 'TRAINING_PRETRAINED_MISSING'], ['text_emptybert', 'TRAINING_PRETRAINED_MISSING'],
    ['text_nolist', 'TRAINING_FILE_MISSING'], ['text_nopth', 'TRAINING_MODULE_MISSING'], ['slice_nopth', 'TRAINING_MODULE_MISSING'],
    ['hub_nopre', 'TRAINING_PRETRAINED_MISSING'], ['sv_nopre', 'TRAINING_PRETRAINED_MISSING'], ['sem_nopre', 'TRAINING_PRETRAINED_MISSING'], ['s1_nopre', 'TRAINING_PRETRAINED_MISSING'],
    ['s1_disk', 'TRAINING_DISK_FULL'], ['s1_empty_text', 'TRAINING_DATA_EMPTY'], ['s1_empty_sem', 'TRAINING_DATA_EMPTY'], ['s1_miss', 'TRAINING_FEATURES_MISSING'],
    ['s1_nodir', 'TRAINING_SAVE_FAILED'], ['s1_rerun_same', 'TRAINING_RESUME_REFUSED'], ['s1_sigterm', 'TRAINING_TERMINATED'], ['s1_sigint', 'TRAINING_TERMINATED'], ['sig', 'TRAINING_TERMINATED'],
    ['s1_saveevery5', 'TRAINING_NO_WEIGHTS'], ['s2_allshort', 'TRAINING_CLIPS_UNSUITABLE'], ['s2_empty', 'TRAINING_DATA_EMPTY'], ['s2_nosv', 'TRAINING_FEATURES_MISSING'],
    ['s2_noconf', 'TRAINING_FILE_MISSING'], ['s2_resume2', 'TRAINING_SAVE_FAILED'], ['s2_sigterm', 'TRAINING_TERMINATED'], ['sem_nohubert', 'TRAINING_NO_WEIGHTS'],
  ])('%s is %s', (name, code) => {
    expect(causeOf(name)).toBe(code);
  });

  it.each(['s1_ok', 's1_one', 's1_resume3', 's1_tqdm', 's2_ok', 's2_one', 'text_ok', 'hubert_ok', 'sv_ok', 'sem_ok'])('%s went well and nothing in it looks like a failure', (name) => {
    const { lines } = linesOf(name);
    const evidence = createEvidence();
    lines.forEach((line) => evidence.add(line));
    expect(evidence.best()).toBeNull();
  });

  const complaints = (name: string, keys: string[]): Record<string, string | undefined> => {
    const clips = createClipLines(keys);
    linesOf(name).lines.forEach((line) => clips.add(line));
    return Object.fromEntries(keys.map((key) => [key, clips.of(key)?.cause?.code]));
  };

  it('tells for each clip what the engine said about it', () => {
    expect(complaints('text_bad', ['zh_01.wav', 'zh_02.wav', 'zh_03.wav', 'zh_04.wav', 'zh_05.wav', 'zh_06.wav', 'zh_07.wav', 'zh_08.wav'])).toEqual({
      'zh_01.wav': undefined, 'zh_02.wav': 'TRAINING_TEXT_EMPTY', 'zh_03.wav': 'TRAINING_LANGUAGE_UNSUPPORTED', 'zh_04.wav': undefined,
      'zh_05.wav': 'TRAINING_LIST_LINE_INVALID', 'zh_06.wav': 'TRAINING_LIST_LINE_INVALID', 'zh_07.wav': undefined, 'zh_08.wav': 'TRAINING_NLTK_MISSING',
    });
    const unreadable = 'TRAINING_AUDIO_UNREADABLE';
    expect(complaints('hubert_bad', ['missing.wav', 'corrupt.wav', 'zero.wav', 'silence.wav', 'short.wav'])).toEqual({
      'missing.wav': unreadable, 'corrupt.wav': unreadable, 'zero.wav': unreadable, 'silence.wav': 'TRAINING_AUDIO_SILENT', 'short.wav': undefined,
    });
    expect(complaints('sv_bad', ['missing.wav', 'zero.wav'])).toEqual({ 'missing.wav': unreadable, 'zero.wav': unreadable });
  });

  it('follows SoVITS training on its output', () => {
    const { all } = linesOf('s2_log1');
    const parsed = all.flatMap(({ line }) => parseS2Line(line) ?? []);
    expect(parsed.filter(({ kind }) => kind === 'loss').length).toBeGreaterThanOrEqual(3);
    expect(parsed.find((each) => each.kind === 'pretrained')).toEqual({ kind: 'pretrained', path: 'GPT_SoVITS/pretrained_models/v2Pro/s2Gv2Pro.pth' });
    expect(parsed.filter((each) => each.kind === 'bar' && each.total === 4).map((each) => (each.kind === 'bar' ? each.done : 0))).toEqual([0, 1, 2, 3]);
    const done = linesOf('s2_ok').lines.flatMap((line) => parseS2Line(line) ?? []);
    expect(done).toContainEqual({ kind: 'saved', name: 'exp1_e1', ok: true });
    expect(done.at(-1)?.kind).toBe('bar');
    expect(done).toContainEqual({ kind: 'training-done' });
    const failed = read('exp/train.log').split('\n').flatMap((line) => parseS2Line(line) ?? []).filter((each) => each.kind === 'saved');
    expect(failed).toEqual([{ kind: 'saved', name: 'exp1_e1', ok: true }, { kind: 'saved', name: 'exp1_e2', ok: false }]);
  });

  it('starts from noise are seen: the discriminator alone was loaded', () => {
    const parsed = linesOf('s2_nopre').lines.flatMap((line) => parseS2Line(line) ?? []);
    expect(parsed.filter(({ kind }) => kind === 'pretrained').every((each) => each.kind === 'pretrained' && !each.path.includes('s2G'))).toBe(true);
  });

  it('reads losses from train.log and scalars from TensorBoard files', () => {
    const [first] = parseTrainLog(read('exp/train.log'));
    expect(first).toMatchObject({ step: 0, learningRate: 9.99875e-5 });
    expect(first?.losses.mel).toBeCloseTo(183.88, 1);
    const points = parseEventFile(readFileSync(`${VECTORS}exp/s1.tfevents`));
    expect(points.filter(({ tag }) => tag === 'total_loss_epoch').map(({ step }) => step)).toEqual([24, 49]);
    expect(points.filter(({ tag }) => tag === 'total_loss_epoch')[1]?.value).toBeCloseTo(2693.272, 2); // what its progress bar printed
    expect(parseEventFile(readFileSync(`${VECTORS}exp/s2.tfevents`)).map(({ tag }) => tag)).toContain('loss/g/mel');
  });
});
