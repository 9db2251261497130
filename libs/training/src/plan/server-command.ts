import { SHARED_MODELS, type EngineVersion } from '../profile/versions.js';
import { setYamlKeys } from './engine-yaml.js';
import { type PlannedFile } from './engine-step.js';
import { type Device, type Interpreter, type ProfileId } from './options.js';
import { engineEnv } from './plan-upstream.js';

export type ServerCommandOptions = {
  /** @default 'upstream' */
  readonly profile?: ProfileId | undefined;
  /** `api` of the guide has its own options. @default 'api_v2' */
  readonly server?: 'api_v2' | 'api' | undefined;
  readonly checkout: { readonly root: string; readonly interpreter: Interpreter };
  /** TCP port, 1…65535. */
  readonly port: number;
  /** @default '127.0.0.1' */
  readonly host?: string | undefined;
  /** Absolute paths of exported weights. */
  readonly weights: { readonly gpt: string; readonly sovits: string };
  readonly version: EngineVersion;
  /** @default 'cuda' */
  readonly device?: Device | undefined;
  /** Half precision; only on cuda. @default true */
  readonly half?: boolean | undefined;
  /** Where the private configuration of api_v2 goes: the engine rewrites it at each start, so it must be nobody else's. */
  readonly configPath: string;
  /** Default prompt of `api` and of the guide's server. */
  readonly prompt?: { readonly path: string; readonly text?: string | undefined; readonly language?: string | undefined } | undefined;
  /** PYTHONPATH of whoever starts this; its folders come after the checkout's. @default none */
  readonly pythonPath?: string | undefined;
  /** @default 'posix' */
  readonly platform?: 'posix' | 'win32' | undefined;
};

/** A server process of the engine, ready to start. */
export type ServerCommand = {
  readonly command: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly cwd: string;
  readonly files: readonly PlannedFile[];
  /** Weights that must exist before it starts: the engine replaces a missing one in silence with its base model. */
  readonly mustExist: readonly string[];
  /** What the server prints, on stderr, once it listens; nothing earlier is a sign of readiness. */
  readonly readyLine: RegExp;
};

/** Uvicorn's own line (seen on GPT-SoVITS 48b1a01); "Application startup complete." is also printed when the port is taken. */
const READY_LINE = /Uvicorn running on http:\/\/\S+:(\d+)/;

/**
 * The command that serves one voice. Touches nothing.
 * @throws {RangeError} for a port outside 1…65535.
 */
export function serverCommand(options: ServerCommandOptions): ServerCommand {
  const { profile = 'upstream', server = 'api_v2', checkout, port, host = '127.0.0.1', weights, version, device = 'cuda', configPath, prompt, pythonPath = '', platform = 'posix' } = options;
  const half = (options.half ?? true) && device === 'cuda';
  if (!Number.isInteger(port) || port < 1 || port > 65535) throw new RangeError(`port must be an integer from 1 to 65535, got ${port}`);
  const { command, args } = checkout.interpreter;
  const shared = {
    command, env: { ...engineEnv({ engineRoot: checkout.root, platform, version, half, pythonPath }), ...(device === 'cpu' ? { CUDA_VISIBLE_DEVICES: '' } : {}) },
    cwd: checkout.root, mustExist: [weights.gpt, weights.sovits], readyLine: READY_LINE,
  };
  if (profile === 'guide') {
    return {
      ...shared, files: [],
      args: [
        ...args, 'api.py', '--gpt_model', weights.gpt, '--sovits_model', weights.sovits, ...(prompt === undefined ? [] : ['--reference_audio', prompt.path]),
        '--port', String(port), '--device', device, '--half', half ? 'true' : 'false',
      ],
    };
  }
  if (server === 'api') {
    const defaults = prompt === undefined ? [] : ['-dr', prompt.path, '-dt', prompt.text ?? '', '-dl', prompt.language ?? 'zh'];
    return { ...shared, files: [], args: [...args, 'api.py', '-s', weights.sovits, '-g', weights.gpt, ...defaults, '-d', device, '-a', host, '-p', String(port), half ? '-hp' : '-fp'] };
  }
  const content = setYamlKeys('', {
    'custom.bert_base_path': SHARED_MODELS.bert,
    'custom.cnhuhbert_base_path': SHARED_MODELS.hubert, // spelt so by the engine
    'custom.device': device,
    'custom.is_half': half,
    'custom.t2s_weights_path': weights.gpt,
    'custom.version': version,
    'custom.vits_weights_path': weights.sovits,
  });
  return { ...shared, args: [...args, 'api_v2.py', '-a', host, '-p', String(port), '-c', configPath], files: [{ path: configPath, content }] };
}
