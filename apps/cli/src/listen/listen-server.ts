// Collects the ratings of a listening test: serves its page, and adds each answer to ratings.jsonl before it says so.
import { open, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ratingSchema, refuseRating, type ListeningTest } from '@voxtune/eval/listening';
import { startLocalServer, type Handler, type LocalServer, type LocalServerOptions } from '../pages/local-server.js';

export type ListenServerOptions = Pick<LocalServerOptions, 'token' | 'port' | 'portMayChange'> & { readonly publicDir: string; readonly test: ListeningTest; readonly ratingsPath: string; readonly onRating?: (listener: string) => void };

/** Serves one test. The caller closes it. */
export async function startListenServer({ publicDir, test, ratingsPath, onRating, ...place }: ListenServerOptions): Promise<LocalServer> {
  const torn = await readFile(ratingsPath, 'utf8').then((text) => text !== '' && !text.endsWith('\n'), () => false);
  const file = await open(ratingsPath, 'a');
  if (torn) await file.writeFile('\n'); // what a kill cut off stays a line of its own
  const clips = new Set(test.trials.flatMap(({ stimuli }) => stimuli));
  let last: Promise<unknown> = Promise.resolve();
  const handle: Handler = async ({ method, path, body }) => {
    if (method === 'POST') {
      if (path !== 'api/ratings') return null;
      const parsed = ratingSchema.safeParse(body);
      const reason = parsed.success ? refuseRating(parsed.data, test) : 'it is no rating';
      if (!parsed.success || reason !== null) return { status: 422, json: { error: { message: `The answer was not taken: ${reason ?? ''}.`, hint: 'Reload the page.' } } };
      const own = last.then(async () => {
        const { size } = await file.stat();
        try {
          await file.writeFile(`${JSON.stringify(parsed.data)}\n`);
          await file.sync();
        } catch (error) {
          await file.truncate(size).catch(() => undefined);
          throw error;
        }
      });
      last = own.catch(() => undefined);
      await own;
      onRating?.(parsed.data.listener);
      return { json: { saved: true } };
    }
    if (path === 'test.json') return { json: JSON.parse(await readFile(join(publicDir, 'test.json'), 'utf8')) as unknown };
    const clip = /^audio\/([\da-f]{16})\.wav$/.exec(path)?.[1];
    return clip !== undefined && clips.has(clip) ? { type: 'audio/wav', bytes: await readFile(join(publicDir, 'audio', `${clip}.wav`)) } : null;
  };
  try {
    const server = await startLocalServer({ ...place, pageDir: publicDir, index: 'index.html', handle });
    return { ...server, close: async () => { await server.close(); await last; await file.close(); } };
  } catch (error) {
    await file.close();
    throw error;
  }
}
