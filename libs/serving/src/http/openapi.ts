import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { FORMATS } from '../encode/formats.js';
import { SERVING_ADVICE } from '../errors.js';
import { guideSchema, nativeSchema, speechSchema } from './speech-request.js';

type Json = Readonly<Record<string, unknown>>;

// OpenAPI 3.1 takes JSON Schema 2020-12 as it is
const schemaOf = (schema: z.ZodType): Json => {
  const { $schema: _dialect, ...rest } = z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' }) as Record<string, unknown>;
  return rest;
};
const json = (schema: Json): Json => ({ content: { 'application/json': { schema } } });
const object = (properties: Json = {}): Json => ({ type: 'object', properties });
const ok = (description: string, body: Json = {}): Json => ({ 200: { description, ...body } });
const binary = { schema: { type: 'string', format: 'binary' } };
const AUDIO = { content: { ...Object.fromEntries(Object.values(FORMATS).map(({ contentType }) => [contentType.split(';')[0], binary])), 'text/event-stream': { schema: { type: 'string' } } } };
const voiceBody = object({ id: { type: 'string' }, name: { type: 'string' }, language: { type: 'string' }, version: { type: 'string' } });
const form = {
  type: 'object', required: ['name', 'audio_sample', 'text', 'language', 'consent'],
  properties: {
    name: { type: 'string' }, audio_sample: { type: 'string', contentMediaType: 'application/octet-stream', description: 'WAV, FLAC or MP3, 3 to 10 s' }, text: { type: 'string', description: 'the words of the sample' },
    language: { type: 'string' }, consent: { type: 'string', description: 'a reference to the consent of the speaker' }, voice: { type: 'string', description: 'whose weights are to speak' },
  },
};

/** What each route is, by method and path as fastify has them. A route without an entry fails the tests. */
const OPERATIONS: Readonly<Record<string, Json>> = {
  'POST /v1/audio/speech': { summary: 'Speak, as OpenAI’s interface does', requestBody: { required: true, ...json(schemaOf(speechSchema)) }, responses: ok('the speech', AUDIO) },
  'POST /v1/voxtune/speech': { summary: 'Speak, with everything that the engine can be told', requestBody: { required: true, ...json(schemaOf(nativeSchema)) }, responses: ok('the speech, or with subtitles a document that holds it', { content: { ...AUDIO.content, ...json(object()).content as Json } }) },
  'POST /synthesize': { summary: 'Speak, as the guide’s service does; errors are text', requestBody: { required: true, ...json(schemaOf(guideSchema)) }, responses: ok('the speech', { content: { 'audio/wav': binary } }) },
  'GET /v1/models': { summary: 'The one model', responses: ok('a list', json(object())) },
  'GET /v1/models/:id': { summary: 'The one model', responses: ok('the model', json(object())) },
  'GET /v1/audio/voices': { summary: 'The voices that the key is good for', parameters: [{ name: 'legacy', in: 'query', required: false, schema: { type: 'string', enum: ['true'] } }], responses: ok('a list', json(object({ voices: { type: 'array', items: {} } }))) },
  'POST /v1/audio/voices': { summary: 'Upload a voice: prompt audio that speaks with the weights of another', requestBody: { required: true, content: { 'multipart/form-data': { schema: form } } }, responses: { 201: { description: 'the voice', ...json(voiceBody) } } },
  'DELETE /v1/audio/voices/:id': { summary: 'Revoke a voice: it is refused from now on, and its cached answers are gone', responses: ok('what was done', json(object({ revoked: { const: true } }))) },
  'GET /healthz': { summary: 'Whether it lives', security: [], responses: ok('it does', json(object())) },
  'GET /readyz': { summary: 'Whether it can speak', security: [], responses: { ...ok('it can', json(object())), 503: { description: 'it cannot', ...json(object()) } } },
  'GET /metrics': { summary: 'Prometheus metrics', responses: ok('text', { content: { 'text/plain': { schema: { type: 'string' } } } }) },
  'GET /openapi.json': { summary: 'This document', security: [], responses: ok('the document', json(object())) },
};

const errorSchema = { type: 'object', required: ['error'], properties: { error: object({ message: { type: 'string' }, type: { type: 'string' }, param: { type: ['string', 'null'] }, code: { type: 'string', enum: Object.keys(SERVING_ADVICE) }, hint: { type: 'string' } }) } };

/** Watches which routes are added until `end`; then gives their OpenAPI document. Pages, which come later, are no part of it. @throws {TypeError} for a route that is described nowhere. */
export function documentRoutes(app: FastifyInstance): { end(): void; read(): Json } {
  const routes: { method: string; url: string }[] = [];
  let ended = false;
  app.addHook('onRoute', ({ method, url }) => { if (!ended) for (const one of [method].flat()) routes.push({ method: one, url }); });
  const read = (): Json => {
    const paths: Record<string, Record<string, unknown>> = {};
    for (const { method, url } of routes) {
      const operation = OPERATIONS[`${method} ${url}`];
      if (operation === undefined) throw new TypeError(`${method} ${url} has no entry among the operations`);
      const path = url.replace(/:(\w+)/g, '{$1}');
      const inPath = [...url.matchAll(/:(\w+)/g)].map(([, name]) => ({ name, in: 'path', required: true, schema: { type: 'string' } }));
      const given = (operation['parameters'] ?? []) as readonly Json[];
      (paths[path] ??= {})[method.toLowerCase()] = {
        ...operation, operationId: `${method.toLowerCase()}${path.replace(/[{}]/g, '').replace(/[/._-]+(\w?)/g, (_, next: string) => next.toUpperCase())}`,
        ...(inPath.length + given.length === 0 ? {} : { parameters: [...inPath, ...given] }), responses: { ...(operation['responses'] as Json), default: { $ref: '#/components/responses/Failure' } },
      };
    }
    return {
      openapi: '3.1.0', info: { title: 'voxtune gateway', version: '1', description: 'Speech by fine-tuned voices.', license: { name: 'MIT', identifier: 'MIT' } }, servers: [{ url: '/' }],
      security: [{ bearer: [] }, { apiKey: [] }, {}], paths,
      components: {
        securitySchemes: { bearer: { type: 'http', scheme: 'bearer' }, apiKey: { type: 'apiKey', in: 'header', name: 'x-api-key' } },
        responses: { Failure: { description: 'a failure; /synthesize answers it as text', content: { 'application/json': { schema: errorSchema }, 'text/plain': { schema: { type: 'string' } } } } },
      },
    };
  };
  return { read, end() { ended = true; } };
}
