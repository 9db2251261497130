import { ServingError } from '../errors.js';
import type { PoolLease } from '../queue/voice-pool.js';
import { checkVoiceUnchanged, type Voice } from '../voice/read-voice.js';
import type { WorkerLaunch } from '../workers/engine-process.js';
import type { Worker } from '../workers/worker.js';
import { readFault, type EngineClient } from './engine-client.js';

/** A last look, by the caller's own means, at what a worker holds; answering false or throwing refuses the switch. */
export type VerifyVoice = (held: { readonly worker: Worker; readonly voice: Voice; readonly signal: AbortSignal }) => Promise<boolean>;

export type SwitchOptions = {
  readonly lease: PoolLease;
  readonly voice: Voice;
  /** What the worker held before, if that is known. */
  readonly from: Voice | null;
  readonly client: () => EngineClient;
  readonly launch: (voice: Voice, index: number, port: number) => WorkerLaunch | Promise<WorkerLaunch>;
  readonly verify: VerifyVoice | undefined;
  readonly signal: AbortSignal;
};

/** How a worker comes to hold a voice: by its routes, or by a new process where routes cannot do it. */
export function planSwitch(dialect: Worker['dialect'], from: Voice | null, to: Voice): 'routes' | 'restart' {
  if (dialect === 'guide') return 'restart'; // its interface has no route for weights
  // The engine keeps a prompt's phones by its text alone, so the same words in another language would keep the old ones (seen on GPT-SoVITS 48b1a01)
  return from !== null && from.prompt.text !== '' && from.prompt.text === to.prompt.text && from.prompt.language !== to.prompt.language ? 'restart' : 'routes';
}

/**
 * Makes the leased worker hold the voice: both weights, then the prompt audio, each confirmed by the engine; files are looked at first, since the
 * engine takes a default voice for weights that are gone. What fails half-way leaves a worker that holds nobody knows what, so it is started again.
 * @throws {ServingError} SERVING_VOICE_SWITCH · SERVING_VOICE_FILE_MISSING · SERVING_VOICE_CHANGED; a lost connection is thrown as it came.
 */
export async function switchVoice({ lease, voice, from, client, launch, verify, signal }: SwitchOptions): Promise<void> {
  await checkVoiceUnchanged(voice);
  const { worker } = lease;
  lease.setHolds(null, worker.generation);
  if (planSwitch(worker.dialect, from, voice) === 'restart') await worker.restart('switch', { launch: (port) => launch(voice, lease.index, port) });
  const { generation } = worker;
  try {
    if (worker.dialect !== 'guide') await client().setWeights(voice.weights, { signal });
    // api.py forgets what is empty here, and takes the whole prompt with each request anyhow (seen on GPT-SoVITS 48b1a01)
    if (worker.dialect === 'api-v2' || (worker.dialect === 'api' && voice.prompt.text !== '')) await client().setPrompt(voice.prompt, { signal });
    if (verify !== undefined && !(await verify({ worker, voice, signal }))) throw new ServingError('SERVING_VOICE_SWITCH', `The engine does not hold ${voice.id} after the switch`, { voice: voice.id });
    if (worker.generation !== generation) throw new ServingError('SERVING_VOICE_SWITCH', `The engine was started again while it switched to ${voice.id}`, { voice: voice.id });
  } catch (cause) {
    const fault = readFault(cause);
    if (fault?.kind === 'lost' || signal.aborted) throw cause;
    void worker.restart('switch-failed').catch(() => undefined); // its state tells how that went
    if (cause instanceof ServingError) throw cause;
    throw new ServingError('SERVING_VOICE_SWITCH', `The engine did not take ${voice.id}: ${(cause as Error).message}`, { voice: voice.id, log: worker.logPath }, { cause });
  }
  lease.setHolds(voice.id, generation);
}
