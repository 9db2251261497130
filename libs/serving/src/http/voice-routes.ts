import type { FastifyInstance } from 'fastify';
import { ServingError } from '../errors.js';
import type { Caller } from '../access/access.js';
import { parseUpload } from '../upload/parse-upload.js';
import type { VoiceStore } from '../upload/voice-store.js';
import type { Voice } from '../voice/read-voice.js';
import { findVoice } from './find-voice.js';
import { callerOf, type RouteContext } from './routes.js';

/** Adds the routes that take voices in and out of service. */
export function addVoiceRoutes(app: FastifyInstance, { book, store, pool, cache, voicesOf }: Pick<RouteContext, 'book' | 'pool' | 'cache'> & { readonly store: VoiceStore; readonly voicesOf: (caller: Caller) => ReadonlyMap<string, Voice> }): void {
  app.addContentTypeParser('multipart/form-data', { parseAs: 'buffer', bodyLimit: store.maxBytes }, (_request, body, done) => done(null, body));
  let adding: Promise<unknown> = Promise.resolve(); // one after another, so that two of one name never meet

  app.post('/v1/audio/voices', { bodyLimit: store.maxBytes }, async (request, reply) => {
    const caller = callerOf(request);
    caller.checkManages();
    if (!Buffer.isBuffer(request.body)) throw new ServingError('SERVING_UPLOAD_INVALID', 'A voice is sent as multipart/form-data');
    const upload = await parseUpload(request.body, request.headers['content-type'] ?? '');
    const base = findVoice(voicesOf(caller), upload.base);
    const turn = adding.then(async () => {
      if (book.voices.has(upload.id)) throw new ServingError('SERVING_VOICE_DUPLICATE', `There is a voice called ${upload.id} already`, { voice: upload.id, param: 'name' });
      book.checkNotRevoked(upload.id);
      const voice = await store.add(upload, base, caller.id);
      book.add(voice);
      return voice;
    });
    adding = turn.catch(() => undefined);
    const { id, language, version } = await turn;
    return reply.code(201).send({ id, name: id, object: 'voice', language, version, base: base.id });
  });

  app.delete<{ Params: { id: string } }>('/v1/audio/voices/:id', async (request) => {
    const caller = callerOf(request);
    caller.checkManages();
    const { id } = findVoice(voicesOf(caller), request.params.id);
    await store.revoke(id, caller.id); // written down first: what was answered stays true after a crash
    const of = [...book.voices.values()].filter(({ document }) => (document['base'] as { voice?: unknown } | undefined)?.voice === id).map((voice) => voice.id);
    for (const gone of [id, ...of]) { // a voice uploaded on top of it speaks with its weights
      if (gone !== id) await store.revoke(gone, caller.id);
      book.revoke(gone);
      pool.refuse(gone, new ServingError('SERVING_VOICE_REVOKED', `The voice ${gone} was revoked`, { voice: gone, param: 'voice' }));
    }
    const answersDropped = (await Promise.all([id, ...of].map(async (gone) => (await cache?.forgetVoice(gone)) ?? 0))).reduce((sum, count) => sum + count, 0);
    return { id, object: 'voice.revoked', revoked: true, alsoRevoked: of, answersDropped };
  });
}
