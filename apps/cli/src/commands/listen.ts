import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { parseRatings, scoreListening, type ListeningKey, type ListeningKind, type ListeningTest, type OpinionFigure } from '@voxtune/eval/listening';
import { defineCommand, type CommandContext } from '../define-command.js';
import { CliError, Exit, type ExitCode } from '../exit.js';
import { startListenServer } from '../listen/listen-server.js';
import { makeListeningTest, type ListenSource } from '../listen/make-test.js';
import { takePage } from '../pages/page-lock.js';
import { textTable } from '../render/table.js';
import { readEvaluation } from '../stages/evaluate.js';
import { openVoice } from '../voice/folder.js';

const DEFAULT_PORT = 9979; // one after the review's
const FLAGS = {
  kind: { type: 'string', choices: ['mos', 'cmos', 'abx'], help: 'make: one clip 1 to 5 (default), two compared −3 to 3, or which of two a third is' },
  out: { type: 'string', value: 'DIR', help: 'make: folder of the test' },
  reference: { type: 'string', value: 'NAME', help: 'make: which folder holds the real recordings; they are hidden among the others' },
  anchor: { type: 'boolean', help: 'make: adds the reference low-passed at 3.5 kHz, to tell who listens' },
  baseline: { type: 'string', value: 'NAME', help: 'make: which the others are compared with (default: the reference, else the first)' },
  voice: { type: 'string', value: 'NAME', help: "make: adds a voice's evaluation, and its real recordings as the reference `real`" },
  items: { type: 'number', value: 'N', min: 1, help: 'make: sentences at most; drawn by the seed' },
  'per-listener': { type: 'number', value: 'N', min: 1, help: 'make: trials of one listener at most, balanced over systems' },
  seed: { type: 'number', value: 'N', min: 0, help: 'make: of the orders and the drawing (default 1); results: of the intervals' },
  title: { type: 'string', value: 'TEXT', help: 'make: what the page is headed with' },
  language: { type: 'string', choices: ['en', 'zh'], help: 'make: of the page (default en)' },
  port: { type: 'number', value: 'PORT', min: 0, max: 65_535, help: `serve: default ${DEFAULT_PORT}, or a free one where that is taken; on 127.0.0.1 only` },
} as const;
type Context = CommandContext<typeof FLAGS>;

export default defineCommand({
  name: 'listen',
  summary: 'have people rate voices: make a test page, serve it and collect ratings, work out the results',
  positionals: [{ name: 'make|serve|results', help: 'make SYSTEM=FOLDER…; serve DIR; results DIR [RATINGS…]' }, { name: 'WHAT', help: 'of make: names and folders of clips, one file name a sentence', many: true, optional: true }],
  flags: FLAGS,
  example: 'voxtune listen make real=./recordings base=./base tuned=./tuned --reference real --anchor --out ./test\nvoxtune listen serve ./test\nvoxtune listen results ./test',
  async run(context) {
    const [action, ...rest] = context.args;
    if (action === 'make') return make(context, rest);
    if (action === 'serve') return serve(context, rest);
    if (action === 'results') return results(context, rest);
    throw new CliError('CLI_USAGE', `listen: make, serve or results, got ${JSON.stringify(action)}`);
  },
});

async function make({ flags, out, signal, cwd }: Context, what: readonly string[]): Promise<ExitCode> {
  if (flags.out === undefined) throw new CliError('CLI_USAGE', 'listen make: --out DIR is needed');
  const named = what.map((pair): ListenSource => {
    const at = pair.indexOf('=');
    if (at < 1 || at === pair.length - 1) throw new CliError('CLI_USAGE', `listen make: SYSTEM=FOLDER is needed, got ${JSON.stringify(pair)}`);
    return { name: pair.slice(0, at), dir: resolve(cwd, pair.slice(at + 1)) };
  });
  const sources = [...named, ...(flags.voice === undefined ? [] : await voiceSources(flags.voice, cwd))];
  const reference = flags.reference ?? (flags.voice === undefined ? undefined : 'real');
  if (sources.length === 0) throw new CliError('CLI_USAGE', 'listen make: no system was named');
  if (reference !== undefined && !sources.some(({ name }) => name === reference)) throw new CliError('CLI_USAGE', `listen make: --reference ${reference} is none of ${sources.map(({ name }) => name).join(', ')}`);
  if (flags.anchor && reference === undefined) throw new CliError('CLI_USAGE', 'listen make: --anchor needs --reference');
  const pageDir = join(import.meta.dirname, 'pages', 'listen');
  if (!existsSync(join(pageDir, 'listen.html'))) throw new CliError('CLI_UNEXPECTED', `the listening page is not beside this program (${pageDir})`, {}, { hint: 'Build it: npm run build.' });
  const outDir = resolve(cwd, flags.out);
  if (existsSync(join(outDir, 'ratings.jsonl'))) throw new CliError('CLI_USAGE', `listen make: ${outDir} has ratings already`, { path: outDir }, { hint: 'Choose another folder: ratings belong to the test that they were given to.' });
  const { test, dropped, notes, key } = await makeListeningTest({
    kind: (flags.kind ?? 'mos') as ListeningKind, sources, reference, anchor: flags.anchor, baseline: flags.baseline, items: flags.items, perListener: flags['per-listener'], // kind: a choice of the flag
    seed: flags.seed ?? 1, title: flags.title ?? '', language: flags.language ?? 'en', outDir, pageDir, signal,
  });
  const sentences = new Set(key.trials.map(({ item }) => item)).size;
  if (out.json) out.data({ test: test.id, kind: test.kind, path: outDir, systems: key.systems, sentences, trials: test.trials.length, perListener: test.perListener, dropped, notes });
  else {
    out.print(`${outDir}: ${test.kind.toUpperCase()}, ${key.systems.length} systems, ${sentences} sentences, ${test.perListener} trials a listener`);
    for (const [reason, items] of byReason(dropped)) out.note(`left out, ${reason}: ${items.slice(0, 5).join(', ')}${items.length > 5 ? ` and ${items.length - 5} more` : ''}`);
    for (const note of notes) out.note(note);
    out.note(`Next: voxtune listen serve ${flags.out}, or put ${join(flags.out, 'public')} on a web server; key.json stays with you.`);
  }
  return Exit.ok;
}

/** What was left out, by why. */
function byReason(dropped: readonly { readonly item: string; readonly reason: string }[]): Map<string, string[]> {
  const groups = new Map<string, string[]>();
  for (const { item, reason } of dropped) groups.set(reason, [...(groups.get(reason) ?? []), item]);
  return groups;
}

/** The sentences that a voice's evaluation spoke, and the real recordings of those that have one. */
async function voiceSources(name: string, cwd: string): Promise<readonly ListenSource[]> {
  const voice = await openVoice(name, cwd);
  const { id, sentences } = await readEvaluation(voice).catch((cause: unknown) => { throw new CliError('CLI_NO_VOICE', `${voice.name} is not evaluated`, { voice: voice.name }, { cause, hint: `Run: voxtune evaluate ${voice.name}` }); });
  const held = sentences.filter(({ real }) => real !== null).map((sentence) => sentence.id);
  if (held.length === 0) throw new CliError('CLI_UNPAIRED', `${voice.name}'s evaluation spoke no held-out sentence, so there is no real recording to hide among the others`, { voice: voice.name }, { hint: `Name folders instead: voxtune listen make ${voice.name}=${join(voice.at('evaluation'), id, 'audio')} OTHER=FOLDER --out DIR.` });
  return [{ name: 'real', dir: voice.at('reviewedClips'), only: held }, { name: voice.name, dir: join(voice.at('evaluation'), id, 'audio') }];
}

const readTest = async <T>(path: string): Promise<T> => readFile(path, 'utf8').then((text) => JSON.parse(text) as T, (cause: unknown) => { throw new CliError('CLI_PATH_MISSING', `${path} is not there: this is no folder of a listening test`, { path }, { cause, hint: 'Make one: voxtune listen make SYSTEM=FOLDER… --out DIR.' }); });

async function serve({ flags, out, signal, cwd }: Context, [dir, ...more]: readonly string[]): Promise<ExitCode> {
  if (dir === undefined || more.length > 0) throw new CliError('CLI_USAGE', 'listen serve: one DIR is needed');
  const root = resolve(cwd, dir);
  const publicDir = join(root, 'public');
  const key = await readTest<ListeningKey>(join(root, 'key.json'));
  const test = await readTest<ListeningTest>(join(publicDir, 'test.json'));
  if (test.id !== key.id) throw new CliError('CLI_USAGE', `listen serve: ${dir} has the page of one test and the key of another`, {}, { hint: 'Make the test again.' });
  const page = await takePage(join(root, 'serve.lock'), 'this listening test');
  let count = 0;
  const server = await startListenServer({
    publicDir, test, ratingsPath: join(root, 'ratings.jsonl'), token: page.token, port: flags.port ?? page.port ?? DEFAULT_PORT, portMayChange: flags.port === undefined,
    onRating: (listener) => { count += 1; out.redraw(`${count} ratings, the last by ${listener}`); },
  });
  try {
    await page.hold(server.url, server.port);
    if (out.json) out.data({ event: 'listening', test: test.id, url: server.url });
    else {
      out.print(server.url);
      out.note(`Ratings go to ${join(dir, 'ratings.jsonl')}; Ctrl-C stops. For listeners elsewhere: ssh -R, or a web server in front of port ${server.port}.`);
    }
    if (!signal.aborted) await once(signal, 'abort');
  } finally {
    await server.close();
    await page.release();
    out.redraw('');
  }
  return Exit.ok;
}

const interval = ({ mean, low, high }: OpinionFigure): string => (mean === null ? 'not rated' : `${mean.toFixed(2)}${low === null || high === null ? ' (no interval from one listener)' : ` [${low.toFixed(2)}, ${high.toFixed(2)}]`}`);
const chance = (p: number): string => (p < 0.001 ? 'p < 0.001' : `p = ${p.toFixed(3)}`);

async function results({ flags, out, cwd }: Context, [dir, ...files]: readonly string[]): Promise<ExitCode> {
  if (dir === undefined) throw new CliError('CLI_USAGE', 'listen results: DIR is needed');
  const root = resolve(cwd, dir);
  const key = await readTest<ListeningKey>(join(root, 'key.json'));
  const paths = files.length > 0 ? files.map((file) => resolve(cwd, file)) : [join(root, 'ratings.jsonl')];
  const texts = await Promise.all(paths.map((path) => readFile(path, 'utf8').catch((cause: unknown) => { throw new CliError('CLI_PATH_MISSING', `there are no ratings ${path}`, { path }, { cause, hint: `Collect them: voxtune listen serve ${dir}.` }); })));
  const parsed = texts.map((text, i) => ({ path: paths[i]!, ...parseRatings(text, key) }));
  const scored = scoreListening(key, parsed.flatMap(({ ratings }) => ratings), flags.seed === undefined ? {} : { seed: flags.seed });
  const lines = parsed.flatMap(({ path, dropped }) => dropped.map(({ line, reason }) => ({ file: path, line, reason })));
  if (out.json) { out.data({ ...scored, lines }); return Exit.ok; }
  if (scored.systems.length > 0) out.print(textTable(['system', 'MOS, 95 %', 'listeners', 'ratings'], scored.systems.map(({ system, role, mos }) => [role === 'system' || system === role ? system : `${system} (${role})`, interval(mos), String(mos.n), String(mos.ratings)]), [2, 3]));
  if (scored.comparisons.length > 0) {
    const isAbx = scored.kind === 'abx';
    out.print(textTable(['system', 'against', isAbx ? 'right, 95 %' : 'CMOS, 95 %', isAbx ? 'right' : 'better', isAbx ? 'wrong' : 'worse', 'same', 'sign test', 'by listener', 'listeners'],
      scored.comparisons.map(({ system, baseline, figure, more, fewer, ties, p, pByListener }) => [system, baseline, interval(figure), String(more), String(fewer), String(ties), figure.mean === null ? '–' : chance(p), figure.mean === null ? '–' : chance(pByListener), String(figure.n)]), [3, 4, 5, 8]));
  }
  for (const { listener, excluded, detail } of scored.listeners) if (excluded !== null) out.print(`left out: ${listener}: ${excluded} (${detail})`);
  out.print(`\n${scored.ratings.used} of ${scored.ratings.in} ratings count${scored.ratings.dropped.length === 0 ? '' : `; ${scored.ratings.dropped.map(({ reason, count }) => `${count} × ${reason}`).join('; ')}`}.`);
  for (const { file, line, reason } of lines) out.note(`${file}, line ${line}: ${reason}`);
  out.print(scored.method);
  return Exit.ok;
}
