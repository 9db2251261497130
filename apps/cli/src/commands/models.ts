import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { openModelCache, type ModelCache } from '@voxtune/models';
import type { WeightFormat } from '@voxtune/eval';
import { expandPaths } from '../expand-paths.js';
import { quantizeModel } from './quantize-model.js';
import { defineCommand } from '../define-command.js';
import { CliError, Exit, exitCodeOf, failureOf } from '../exit.js';
import { textTable } from '../render/table.js';
import { modelsFolder } from '../voice/model-path.js';

const ACTIONS = ['list', 'pull', 'verify', 'add', 'path', 'prune', 'quantize'] as const;
type Action = (typeof ACTIONS)[number];
const megabytes = (bytes: number | null): string => (bytes === null ? '?' : `${(bytes / 1e6).toFixed(1)} MB`);

export default defineCommand({
  name: 'models',
  summary: 'models for measuring, in a cache that all voices share: list, pull, verify, add, path, prune, quantize',
  positionals: [{ name: 'ACTION', help: ACTIONS.join(', ') }, { name: 'WHAT', help: 'pull, path: names of models; add: a file with its descriptor beside it; quantize: model files', optional: true, many: true }],
  flags: {
    dir: { type: 'string', value: 'DIR', help: 'the cache (default: $VOXTUNE_MODELS, else $XDG_CACHE_HOME/voxtune/models)' },
    mirror: { type: 'string', value: 'URL', help: 'a server that is asked first, for URL/<file name>' },
    offline: { type: 'boolean', help: 'download nothing' },
    'accept-non-commercial': { type: 'boolean', help: 'take models whose licence forbids commercial use' },
    to: { type: 'string', choices: ['fp16', 'int8'], help: 'quantize: how weights are kept (default fp16)' },
    clips: { type: 'string', value: 'DIR', help: 'quantize: real clips to tell the drift on' },
    all: { type: 'boolean', help: 'prune: remove the models too' },
  },
  example: 'voxtune models pull eres2netv2-zh\nHF_ENDPOINT=https://hf-mirror.com voxtune models pull campplus-zh',
  async run({ args: [action, ...what], flags, out, signal, cwd, env }) {
    if (!ACTIONS.includes(action as Action)) throw new CliError('CLI_USAGE', `models: ACTION is one of ${ACTIONS.join(', ')}, got ${JSON.stringify(action)}`);
    if ((action === 'pull' || action === 'path' || action === 'add' || action === 'quantize') && what.length === 0) throw new CliError('CLI_USAGE', `models ${action}: missing WHAT`);
    if ((action === 'list' || action === 'verify' || action === 'prune') && what.length > 0) throw new CliError('CLI_USAGE', `models ${action}: takes no WHAT, got ${what.join(' ')}`);
    const cache: ModelCache = openModelCache(flags.dir === undefined ? modelsFolder(env) : resolve(cwd, flags.dir));
    switch (action as Action) {
      case 'list': {
        const models = await cache.list();
        if (out.json) out.data({ dir: cache.dir, models });
        else out.print(textTable(['model', 'here', 'size', 'licence', 'hash'], models.map((m) => [m.id, m.present ? 'yes' : '–', megabytes(m.sizeBytes ?? m.pinned?.sizeBytes ?? null), m.licence, m.sha256 !== null ? 'published' : m.pinned !== null ? 'pinned here' : 'pinned at first download'])));
        return Exit.ok;
      }
      case 'pull': {
        const pulled = [];
        for (const id of what) {
          pulled.push(await cache.pull(id, {
            signal, offline: flags.offline, acceptNonCommercial: flags['accept-non-commercial'], mirror: flags.mirror, huggingFaceEndpoint: env['HF_ENDPOINT'] || null,
            onProgress: ({ doneBytes, totalBytes }) => out.redraw(`${id} ${megabytes(doneBytes)} of ${megabytes(totalBytes)}`),
          }));
          out.redraw('');
          const { path, url, checkedBy, sha256 } = pulled.at(-1)!;
          out.note(`${id}: ${url === null ? 'was there' : `from ${url}`}; ${checkedBy === 'pinned now' ? `nobody publishes its hash: ${sha256} is now pinned in models.lock.json` : `agrees with the ${checkedBy}`}`);
          out.print(path);
        }
        if (out.json) out.data({ dir: cache.dir, models: pulled });
        return Exit.ok;
      }
      case 'verify': {
        const models = (await cache.verify({ signal })).map(({ error, ...rest }) => ({ ...rest, error: error === null ? null : failureOf(error) }));
        if (out.json) out.data({ dir: cache.dir, models });
        else out.print(models.length === 0 ? `no model in ${cache.dir}` : textTable(['model', 'state'], models.map((m) => [m.id, m.error === null ? 'sound' : `${m.error.code}: ${m.error.message}`])));
        const damaged = models.find((m) => m.error !== null)?.error;
        return damaged ? exitCodeOf(damaged.code) : Exit.ok;
      }
      case 'add': {
        const models = [];
        for (const file of what) models.push(await cache.add(resolve(cwd, file), { signal }));
        if (out.json) out.data({ dir: cache.dir, models });
        else for (const { path } of models) out.print(path);
        return Exit.ok;
      }
      case 'path': {
        const models = what.map((id) => ({ id, path: cache.pathOf(id) }));
        if (out.json) out.data({ dir: cache.dir, models });
        else for (const { id, path } of models) { out.print(path); if (!existsSync(path)) out.note(`${id} is not there yet: voxtune models pull ${id}`); }
        return Exit.ok;
      }
      case 'quantize': {
        const clips = flags.clips === undefined ? [] : await expandPaths([flags.clips], cwd);
        const models = [];
        for (const file of what) models.push(await quantizeModel(resolve(cwd, file), (flags.to ?? 'fp16') as WeightFormat, clips, signal)); // a choice of the flag
        if (out.json) out.data({ models });
        else {
          for (const { path, bytesBefore, bytesAfter } of models) out.print(`${path}: ${megabytes(bytesBefore)} → ${megabytes(bytesAfter)}`);
          const rows = models.flatMap(({ id, drift }) => drift.map((d) => [id, d.measure, d.mean.toFixed(4), d.largest.toFixed(4), String(d.clips)]));
          if (rows.length > 0) out.print(textTable(['model', 'measure', 'mean drift', 'largest', 'clips'], rows, [2, 3, 4]));
          else out.note('no drift was measured: give real clips with --clips DIR');
        }
        return Exit.ok;
      }
      case 'prune': {
        const removed = await cache.prune({ all: flags.all });
        if (out.json) out.data({ dir: cache.dir, removed });
        else out.print(removed.length === 0 ? 'nothing to remove' : textTable(['removed', 'size'], removed.map((r) => [r.path, megabytes(r.sizeBytes)]), [1]));
        return Exit.ok;
      }
    }
  },
});
