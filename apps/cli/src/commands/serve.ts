import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { once } from 'node:events';
import { defineCommand } from '../define-command.js';
import { CliError, Exit } from '../exit.js';
import { openVoice } from '../voice/folder.js';
import { startVoiceGateway } from '../voice/gateway.js';

export default defineCommand({
  name: 'serve',
  summary: 'serve published voices over HTTP (OpenAI-compatible), one request at a time per engine worker',
  positionals: [{ name: 'VOICE', help: "voices' names or the paths of their folders", many: true }],
  flags: {
    host: { type: 'string', value: 'HOST', help: 'default 127.0.0.1; beyond loopback --api-key-env is required' },
    port: { type: 'number', value: 'PORT', min: 0, max: 65_535, help: 'default: serve.port of the first voice; 0 chooses a free one' },
    workers: { type: 'number', value: 'N', min: 1, max: 64, help: 'engine processes (default 1); each holds one voice at a time' },
    'api-key-env': { type: 'string', value: 'NAME', help: 'environment variable that holds the API key' },
  },
  example: "voxtune serve staff001 --port 9977\ncurl -s localhost:9977/v1/audio/speech -H 'content-type: application/json' -d '{\"model\":\"voxtune\",\"voice\":\"staff001\",\"input\":\"Hello.\",\"response_format\":\"wav\"}' -o hello.wav",
  async run({ args, flags, out, signal, cwd, env }) {
    const voices = await Promise.all(args.map((name) => openVoice(name, cwd)));
    for (const voice of voices) if (!existsSync(voice.at('voice'))) throw new CliError('CLI_NO_VOICE', `${voice.name} is not published: there is no ${voice.at('voice')}`, { voice: voice.name });
    const key = flags['api-key-env'] === undefined ? undefined : env[flags['api-key-env']];
    if (flags['api-key-env'] !== undefined && (key === undefined || key === '')) throw new CliError('CLI_USAGE', `serve: the environment variable ${flags['api-key-env']} is empty`);
    const { host, port } = voices[0]!.config.serve;
    const scratchDir = await mkdtemp(join(tmpdir(), 'voxtune-serve-'));
    try {
      const gateway = await startVoiceGateway({
        voices, logDir: scratchDir, host: flags.host ?? host, port: flags.port ?? port, workers: flags.workers ?? 1, signal,
        apiKeys: key === undefined ? [] : [key],
      });
      if (out.json) out.data({ event: 'listening', url: gateway.url, voices: voices.map((v) => v.name) });
      else out.print(`listening on ${gateway.url} with ${voices.map((v) => v.name).join(', ')}; Ctrl-C stops`);
      try {
        if (!signal.aborted) await once(signal, 'abort');
      } finally {
        await gateway.close();
      }
    } finally {
      await rm(scratchDir, { recursive: true, force: true });
    }
    return Exit.ok;
  },
});
