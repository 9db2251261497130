// What the review page asks of this machine: the clips, their sound, and decisions, each on disk before it is answered.
import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { ServerResponse } from 'node:http';
import { encodeWav } from '@voxtune/audio';
import { applyReview, cutReviewed, openDecisionLog, type CutReviewedOptions, type Decision, type Language, type ReviewBase, type ReviewIntent } from '@voxtune/dataset';
import { z } from 'zod';
import { failureOf } from '../exit.js';
import { startLocalServer, type Answer, type Handler, type LocalServer, type LocalServerOptions } from '../pages/local-server.js';
import { reviewItems, type ReviewItem } from './review-items.js';

export type ReviewServerOptions = Pick<LocalServerOptions, 'pageDir' | 'token' | 'port' | 'portMayChange'> & {
  readonly voice: string;
  readonly language: Language;
  /** Name that the page proposes for its user. */
  readonly reviewer: string;
  readonly logPath: string;
  readonly readBase: () => Promise<ReviewBase>;
  /** Files that the clips are read from: when they change, a run has cut or heard anew, and the review goes on with what there is now. */
  readonly baseFiles: readonly string[];
  readonly cutting: Omit<CutReviewedOptions, 'signal'>;
};

const seen = z.strictObject({ id: z.string().max(200), rev: z.int().nonnegative() });
const text = z.string().max(20_000);
const intentSchema = z.discriminatedUnion('action', [
  z.strictObject({ action: z.enum(['accept', 'reject']), units: z.array(seen).min(1).max(50_000), text: text.optional(), why: z.string().max(200).optional() }),
  z.strictObject({ action: z.literal('text'), units: z.tuple([seen]), text }),
  z.strictObject({ action: z.literal('trim'), units: z.tuple([seen]), start: z.int().nonnegative(), end: z.int().nonnegative() }),
  z.strictObject({ action: z.literal('split'), units: z.tuple([seen]), at: z.int().nonnegative(), texts: z.tuple([text, text]) }),
  z.strictObject({ action: z.literal('merge'), units: z.tuple([seen, seen]), text }),
  z.strictObject({ action: z.literal('undo') }),
]);
const requestSchema = z.strictObject({ request: z.string().min(8).max(100), by: z.string().trim().min(1).max(64), intent: intentSchema });

const STATUS: Readonly<Record<string, number>> = { DATASET_REVIEW_CONFLICT: 409, DATASET_REVIEW_REFUSED: 422, DATASET_REVIEW_NOT_SAVED: 507 };
/** Clips that a person cut are made anew for each listener; the last few are kept. Ours. */
const KEPT_CUTS = 16;
const PING_MS = 20_000; // a proxy or tunnel may end a line that is silent for a minute

/** Serves the review of one voice. The caller closes it. */
export async function startReviewServer({ voice, language, reviewer, logPath, readBase, baseFiles, cutting, ...place }: ReviewServerOptions): Promise<LocalServer> {
  const stampOf = async (): Promise<string> => (await Promise.all(baseFiles.map(async (path) => stat(path).then(({ mtimeMs, size, ino }) => `${mtimeMs} ${size} ${ino}`, () => 'gone')))).join('; ');
  const openNow = async () => {
    const stamp = await stampOf();
    const base = await readBase();
    const log = await openDecisionLog(logPath, base, Date.now);
    return { stamp, base, log, items: reviewItems(base, log.state), known: new Set(base.clips.map(({ id }) => id)) };
  };
  let now = await openNow();
  let renewing: Promise<void> = Promise.resolve();
  const listeners = new Set<ServerResponse>();
  const sounds = new Map<string, Uint8Array>();

  /** Opens the clips anew after a run has written others; decisions wait for it. A manifest that is just being replaced leaves things as they are. */
  const renew = (): Promise<void> => (renewing = renewing.catch(() => undefined).then(async () => {
    const stamp = await stampOf();
    if (stamp === now.stamp || stamp.includes('gone')) return;
    await now.log.close(); // what is on its way is written first
    now = await openNow();
    sounds.clear();
    for (const listener of listeners) listener.write('event: renewed\ndata: {}\n\n');
  }));

  const changes = ({ seq, request, by, action, before, after }: Decision) => {
    const ids = new Set(after.map(({ id }) => id));
    return { seq, request, by, action, removed: before.map(({ id }) => id).filter((id) => !ids.has(id)), items: itemsOf([...ids]) };
  };
  const itemsOf = (ids: readonly string[]): ReviewItem[] => ids.flatMap((id) => { const unit = now.log.state.get(id); return unit === undefined ? [] : [now.items.item(unit)]; });

  async function decide(body: unknown): Promise<Answer> {
    const parsed = requestSchema.safeParse(body);
    if (!parsed.success) return { status: 400, json: { error: { code: 'CLI_USAGE', message: z.prettifyError(parsed.error), hint: 'Reload the page: it may be of another version.' } } };
    const { request, by, intent } = parsed.data;
    try {
      await renew();
      const decision = await now.log.decide(intent as ReviewIntent, { by, request });
      const changed = changes(decision);
      for (const listener of listeners) listener.write(`data: ${JSON.stringify(changed)}\n\n`);
      return { json: changed };
    } catch (error) {
      const failure = failureOf(error);
      const ids = 'units' in intent ? intent.units.map(({ id }) => id) : [];
      return { status: STATUS[failure.code] ?? 500, json: { error: failure, removed: ids.filter((id) => now.log.state.get(id) === undefined), items: itemsOf(ids) } };
    }
  }

  async function sound(id: string): Promise<Answer | null> {
    const { base, log, known } = now;
    const unit = log.state.get(id);
    if (unit === undefined) return null;
    if (known.has(id)) return { type: 'audio/wav', bytes: await readFile(join(cutting.clipsDir, `${id}.wav`)) };
    let bytes = sounds.get(id);
    if (bytes === undefined) {
      const cut = applyReview(base, log.state, language).cuts.find((one) => one.unit.id === id)!; // a unit that was not cut by the slicer is a cut
      bytes = encodeWav({ sampleRateHz: base.rateHz, channels: [await cutReviewed(cut, cutting)] });
      sounds.set(id, bytes);
      for (const old of [...sounds.keys()].slice(0, -KEPT_CUTS)) sounds.delete(old);
    }
    return { type: 'audio/wav', bytes };
  }

  const handle: Handler = async ({ method, path, body, response }) => {
    if (method === 'POST') return path === 'api/decisions' ? decide(body) : null;
    if (path === 'api/state') {
      await renew();
      const { base, log, items } = now;
      return { json: { voice, language, reviewer, rateHz: base.rateHz, seq: log.state.seq, items: items.all(), problems: [...log.findings.map(({ message }) => message), ...(log.state.stale.length === 0 ? [] : [`${log.state.stale.length} earlier decision${log.state.stale.length === 1 ? ' is' : 's are'} about clips that are not there any more`])] } };
    }
    if (path.startsWith('api/audio/')) return sound(path.slice('api/audio/'.length));
    if (path !== 'api/events') return null;
    response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store' });
    response.write(`event: hello\ndata: ${JSON.stringify({ seq: now.log.state.seq })}\n\n`);
    listeners.add(response);
    response.on('close', () => listeners.delete(response));
    return 'streaming';
  };
  const ping = setInterval(() => { for (const listener of listeners) listener.write(': still here\n\n'); }, PING_MS);
  const stop = async (): Promise<void> => { clearInterval(ping); await renewing.catch(() => undefined); await now.log.close(); };
  try {
    const server = await startLocalServer({ ...place, index: 'review.html', handle });
    return { ...server, close: async () => { await server.close(); await stop(); } };
  } catch (error) {
    await stop();
    throw error;
  }
}
