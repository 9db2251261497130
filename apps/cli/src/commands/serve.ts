import { existsSync } from 'node:fs';
import { chmod, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { once } from 'node:events';
import { writeFileAtomic } from '@voxtune/pipeline';
import { formatKeys, makeKey, parseKeys, parsePhrases, type KeyRecord, type Phrase } from '@voxtune/serving';
import { defineCommand } from '../define-command.js';
import { CliError, Exit } from '../exit.js';
import { openVoice } from '../voice/folder.js';
import { startVoiceGateway } from '../voice/gateway.js';
import { openVoiceJudge } from '../voice/judge.js';

export default defineCommand({
  name: 'serve',
  summary: 'serve published voices over HTTP (OpenAI-compatible), one request at a time per engine worker',
  positionals: [{ name: 'VOICE', help: "voices' names or the paths of their folders", many: true, optional: true }],
  flags: {
    host: { type: 'string', value: 'HOST', help: 'default 127.0.0.1; beyond loopback --keys or --api-key-env is required' },
    port: { type: 'number', value: 'PORT', min: 0, max: 65_535, help: 'default: serve.port of the first voice; 0 chooses a free one' },
    workers: { type: 'number', value: 'N', min: 1, max: 64, help: 'engine processes (default 1); each holds one voice at a time' },
    keys: { type: 'string', value: 'FILE', help: 'API keys by their hash, each with its voices and limits; --make-key writes entries' },
    'make-key': { type: 'string', value: 'ID', help: 'add a new key to --keys, good for the VOICEs named, print it once, and serve nothing' },
    'may-manage-voices': { type: 'boolean', help: 'with --make-key: this key may upload and revoke voices' },
    'uploads-dir': { type: 'string', value: 'DIR', help: 'let keys that may upload and revoke voices while it runs; uploads and revocations are kept here' },
    'cache-dir': { type: 'string', value: 'DIR', help: 'keep answers here and give them again for the same text; default: no cache' },
    'cache-mb': { type: 'number', value: 'MB', min: 1, max: 1_000_000, help: 'size of the cache (default 1024)' },
    prerender: { type: 'string', value: 'FILE', help: 'speak these phrases into --cache-dir first: one a line, or VOICE, a tab and a phrase' },
    'prerender-format': { type: 'string', value: 'FORMAT', help: 'mp3, wav, mulaw …, as callers will ask for it (default: what they get unasked)' },
    'guide-ports': { type: 'boolean', help: 'also listen for each voice on its own port, 9000 to 9099, as the guide’s services do' },
    'recycle-requests': { type: 'number', value: 'N', min: 1, max: 100_000_000, help: 'start an engine again after so many requests (default: never)' },
    'recycle-memory-mb': { type: 'number', value: 'MB', min: 1, max: 10_000_000, help: 'start an engine again when it holds more memory than this (default: never)' },
    'read-numbers': { type: 'boolean', help: 'write numbers in Chinese text as words first: telephone numbers digit by digit, amounts, dates' },
    verify: { type: 'boolean', help: 'hear every answer that is not streamed with the recogniser of voxtune.yaml, sentence by sentence, and speak again what is not understood' },
    'max-error-rate': { type: 'number', value: 'RATE', min: 0, max: 1, help: 'with --verify: a sentence is good up to this share of wrong words or characters (default 0.2)' },
    'verify-attempts': { type: 'number', value: 'N', min: 1, max: 20, help: 'with --verify: most syntheses of a sentence; the best is sent (default 3)' },
    'max-batch': { type: 'number', value: 'N', min: 1, max: 200, help: 'sentences of one text that the engine computes at once (default 1)' },
    'api-key-env': { type: 'string', value: 'NAME', help: 'environment variable that holds the API key' },
  },
  example: "voxtune serve staff001 --port 9977\ncurl -s localhost:9977/v1/audio/speech -H 'content-type: application/json' -d '{\"model\":\"voxtune\",\"voice\":\"staff001\",\"input\":\"Hello.\",\"response_format\":\"wav\"}' -o hello.wav",
  async run({ args, flags, out, signal, cwd, env }) {
    const keysPath = flags.keys === undefined ? null : resolve(cwd, flags.keys);
    if (flags['make-key'] !== undefined) {
      if (keysPath === null) throw new CliError('CLI_USAGE', 'serve: --make-key needs --keys FILE, where the entry goes');
      const { key, record } = makeKey(flags['make-key'], { ...(args.length === 0 ? {} : { voices: args }), ...(flags['may-manage-voices'] ? { manageVoices: true } : {}) });
      const before = existsSync(keysPath) ? await readKeys(keysPath) : [];
      const text = formatKeys([...before, record]);
      parseKeys(text, keysPath); // a name that is taken or not one is told before anything is written
      await writeFileAtomic(keysPath, text);
      await chmod(keysPath, 0o600);
      if (out.json) out.data({ id: record.id, key, keys: keysPath });
      else {
        out.print(key);
        out.note(`${record.id} was added to ${keysPath}; the key is shown this once`);
      }
      return Exit.ok;
    }
    if (args.length === 0) throw new CliError('CLI_USAGE', 'serve: no voice was named');
    if (flags['may-manage-voices']) throw new CliError('CLI_USAGE', 'serve: --may-manage-voices belongs to --make-key');
    if (flags.prerender !== undefined && flags['cache-dir'] === undefined) throw new CliError('CLI_USAGE', 'serve: --prerender needs --cache-dir DIR, where the answers are kept');
    for (const name of ['max-error-rate', 'verify-attempts'] as const) if (flags[name] !== undefined && !flags.verify) throw new CliError('CLI_USAGE', `serve: --${name} belongs to --verify`);
    const voices = await Promise.all(args.map((name) => openVoice(name, cwd)));
    const phrases = flags.prerender === undefined ? null : await readPhrases(resolve(cwd, flags.prerender), voices.map(({ name }) => name), flags['prerender-format']);
    for (const voice of voices) if (!existsSync(voice.at('voice'))) throw new CliError('CLI_NO_VOICE', `${voice.name} is not published: there is no ${voice.at('voice')}`, { voice: voice.name });
    const key = flags['api-key-env'] === undefined ? undefined : env[flags['api-key-env']];
    if (flags['api-key-env'] !== undefined && (key === undefined || key === '')) throw new CliError('CLI_USAGE', `serve: the environment variable ${flags['api-key-env']} is empty`);
    const { host, port } = voices[0]!.config.serve;
    const scratchDir = await mkdtemp(join(tmpdir(), 'voxtune-serve-'));
    const ear = flags.verify ? await openVoiceJudge(voices, scratchDir, env).catch(async (error: unknown) => {
      await rm(scratchDir, { recursive: true, force: true });
      throw error;
    }) : null;
    try {
      const gateway = await startVoiceGateway({
        voices, logDir: scratchDir, host: flags.host ?? host, port: flags.port ?? port, workers: flags.workers ?? 1, signal,
        apiKeys: key === undefined ? [] : [key], keys: keysPath === null ? [] : await readKeys(keysPath),
        ...(flags['uploads-dir'] === undefined ? {} : { uploads: { dir: resolve(cwd, flags['uploads-dir']) } }), guidePorts: flags['guide-ports'], readNumbers: flags['read-numbers'], maxBatch: flags['max-batch'] ?? 1,
        ...(ear === null ? {} : { verify: { judge: ear.judge, unasked: true, maxErrorRate: flags['max-error-rate'] ?? 0.2, attempts: flags['verify-attempts'] ?? 3 } }),
        recycle: { ...(flags['recycle-requests'] === undefined ? {} : { maxRequests: flags['recycle-requests'] }), ...(flags['recycle-memory-mb'] === undefined ? {} : { maxResidentBytes: flags['recycle-memory-mb'] * 2 ** 20 }) },
        ...(flags['cache-dir'] === undefined ? {} : { cache: { dir: resolve(cwd, flags['cache-dir']), ...(flags['cache-mb'] === undefined ? {} : { maxBytes: flags['cache-mb'] * 2 ** 20 }) } }),
      });
      for (const { id, reason } of gateway.droppedUploads) out.note(out.paint('yellow', `the uploaded voice ${id} is left out: ${reason}`));
      const guidePorts = Object.fromEntries(gateway.guidePorts);
      if (out.json) out.data({ event: 'listening', url: gateway.url, voices: voices.map((v) => v.name), ...(flags['guide-ports'] ? { guidePorts } : {}) });
      else out.print(`listening on ${gateway.url} with ${voices.map((v) => v.name).join(', ')}${gateway.guidePorts.size === 0 ? '' : `; the guide's ports: ${[...gateway.guidePorts].map(([name, at]) => `${name} ${at}`).join(', ')}`}; Ctrl-C stops`);
      try {
        if (phrases !== null) {
          const { made, kept, failed } = await gateway.prerender(phrases, { signal }).catch((error: unknown) => {
            if (signal.aborted) return { made: 0, kept: 0, failed: [] };
            throw error;
          });
          if (out.json) out.data({ event: 'prerendered', made, kept, failed });
          else out.note(`prerendered: ${made} spoken, ${kept} there already, ${failed.length} failed`);
          for (const { phrase, message } of failed) out.note(out.paint('yellow', `${phrase.voice}: ${JSON.stringify(phrase.input)}: ${message}`));
        }
        if (!signal.aborted) await once(signal, 'abort');
      } finally {
        await gateway.close();
      }
    } finally {
      await ear?.close();
      await rm(scratchDir, { recursive: true, force: true });
    }
    return Exit.ok;
  },
});

/** @throws {ServingError} SERVING_KEYS_INVALID when it is not a file of keys; the file system's error when it cannot be read. */
async function readKeys(path: string): Promise<readonly KeyRecord[]> {
  return parseKeys(await readFile(path, 'utf8'), path);
}

/** @throws {CliError} CLI_USAGE when the file cannot be read or holds no phrase. */
async function readPhrases(path: string, voices: readonly string[], format: string | undefined): Promise<readonly Phrase[]> {
  const text = await readFile(path, 'utf8').catch((cause: NodeJS.ErrnoException) => {
    throw new CliError('CLI_USAGE', `serve: --prerender ${path} cannot be read (${cause.code ?? cause.message})`, { path });
  });
  const phrases = parsePhrases(text, voices);
  if (phrases.length === 0) throw new CliError('CLI_USAGE', `serve: --prerender ${path} holds no phrase`, { path });
  return phrases.map((phrase) => ({ ...phrase, ...(format === undefined ? {} : { response_format: format }) }));
}
