import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdir, readFile } from 'node:fs/promises';
import { userInfo } from 'node:os';
import { dirname, join } from 'node:path';
import { openReview } from '@voxtune/dataset';
import { defineCommand } from '../define-command.js';
import { CliError, Exit } from '../exit.js';
import { takePage } from '../pages/page-lock.js';
import { textTable, visible } from '../render/table.js';
import { countItems, reviewItems } from '../review/review-items.js';
import { startReviewServer } from '../review/review-server.js';
import { readReviewBase } from '../stages/review.js';
import { soundPaths } from '../voice/cleaned.js';
import { openVoice } from '../voice/folder.js';

const DEFAULT_PORT = 9978; // one after the gateway's
const SHOWN = 20;

export default defineCommand({
  name: 'review',
  summary: 'hear, mend, accept and reject clips on a page, worst first; each decision is kept in review.jsonl',
  positionals: [{ name: 'NAME', help: "a voice's name or the path of its folder" }],
  flags: {
    port: { type: 'number', value: 'PORT', min: 0, max: 65_535, help: `default ${DEFAULT_PORT}, or a free one where that is taken; the page is on 127.0.0.1 only` },
    as: { type: 'string', value: 'NAME', help: 'who reviews (default: your user name); the page can change it' },
    list: { type: 'boolean', help: 'no page: counts, and what a person should hear next, with the reasons' },
  },
  example: 'voxtune review staff001\nssh -L 9978:127.0.0.1:9978 gpu-machine   # for a review on another machine',
  async run({ args, flags, out, signal, cwd }) {
    const voice = await openVoice(args[0]!, cwd);
    const base = await readReviewBase(voice).catch((cause: unknown) => { throw new CliError('CLI_NO_WORDS', `${voice.name} has no clips with words yet`, { voice: voice.name }, { cause, hint: `Run: voxtune transcribe ${voice.name}` }); });
    if (flags.list) {
      const { state, findings } = openReview(base, existsSync(voice.at('review')) ? await readFile(voice.at('review'), 'utf8') : '');
      const all = reviewItems(base, state).all();
      const counts = countItems(all, base.rateHz);
      const next = all.filter(({ verdict, leftOut }) => verdict === null && leftOut === null).slice(0, SHOWN);
      if (out.json) out.data({ voice: voice.name, decisions: state.seq, ...counts, stale: state.stale.length, findings, next: next.map(({ id, recording, text, priority, reasons }) => ({ id, recording, text, priority, reasons })) });
      else {
        out.print(`${counts.clips} clips: ${counts.accepted} accepted, ${counts.rejected} rejected, ${counts.open} open (${(counts.openSec / 60).toFixed(1)} min of speech)`);
        if (next.length > 0) out.print(`\n${textTable(['clip', 'points', 'words', 'why'], next.map((i) => [i.id, i.priority.toFixed(1), visible(i.text ?? '–'), i.reasons.map(({ message }) => message).join('; ')]), [1])}`);
      }
      return Exit.ok;
    }
    const pageDir = join(import.meta.dirname, 'pages', 'review');
    if (!existsSync(join(pageDir, 'review.html'))) throw new CliError('CLI_UNEXPECTED', `the review page is not beside this program (${pageDir})`, {}, { hint: 'Build it: npm run build.' });
    await mkdir(dirname(voice.at('reviewLock')), { recursive: true });
    const page = await takePage(voice.at('reviewLock'), `the review of ${voice.name}`);
    const { ffmpeg } = voice.config.ingest;
    const pathOf = await soundPaths(voice);
    const server = await startReviewServer({
      pageDir, voice: voice.name, language: voice.config.language, reviewer: flags.as ?? userInfo().username, logPath: voice.at('review'), readBase: () => readReviewBase(voice), baseFiles: [voice.at('clipsManifest'), voice.at('transcripts')],
      token: page.token, port: flags.port ?? page.port ?? DEFAULT_PORT, portMayChange: flags.port === undefined,
      cutting: { clipsDir: voice.at('clips'), recordingsDir: voice.recordingsDir, sourcePath: (path) => pathOf(path).path, rateHz: base.rateHz, ...(ffmpeg === null ? {} : { ffmpegPath: ffmpeg }) },
    });
    try {
      await page.hold(server.url, server.port);
      if (out.json) out.data({ event: 'listening', voice: voice.name, url: server.url, clips: base.clips.length });
      else {
        out.print(server.url);
        out.note(`Open it in a browser; Ctrl-C stops, and nothing is lost. From another machine: ssh -L ${server.port}:127.0.0.1:${server.port} THIS-MACHINE`);
        out.note(`Then: voxtune run ${voice.name} carries the decisions out.`);
      }
      if (!signal.aborted) await once(signal, 'abort');
    } finally {
      await server.close();
      await page.release();
    }
    return Exit.ok;
  },
});
