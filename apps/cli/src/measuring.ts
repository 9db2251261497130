// The models of a folder, opened for the measures they take.
import { createDnsmos, createSpeakerEncoder, createUtmos, type Dnsmos, type Utmos } from '@voxtune/eval';
import type { ModelFile } from '@voxtune/models';
import { CliError } from './exit.js';
import { didYouMean } from './suggest.js';

/** Which models measure: recognised files by their role; null where there is none. */
export const measuringModels = (models: readonly ModelFile[]) => {
  const named = (id: string): ModelFile | null => models.find((m) => m.id === id) ?? models.find((m) => m.id.startsWith(`${id}-`)) ?? null; // else a smaller copy of it
  return { speaker: models.find((m) => m.kind === 'speaker') ?? null, p835: named('dnsmos-p835'), p808: named('dnsmos-p808'), utmos: models.find((m) => m.kind === 'mos' && m.id.startsWith('utmos')) ?? null };
};
export type MeasuringModels = ReturnType<typeof measuringModels>;

/** How the flag that chooses execution providers reads. */
export const PROVIDER_FLAG = { type: 'string', value: 'LIST', help: 'where models run, the first that works: cpu, cuda, tensorrt, coreml, directml, webgpu (default cpu)' } as const;

/** Where a model may run. */
export type Providers = { readonly executionProviders?: readonly string[] };
const PROVIDERS = ['cpu', 'cuda', 'tensorrt', 'coreml', 'directml', 'dml', 'webgpu'];

/** The providers of the flag; nothing where it was not given. @throws {CliError} CLI_USAGE for a name that is none. */
export function providersOf(flag: string | undefined): Providers {
  if (flag === undefined) return {};
  const executionProviders = flag.split(',').map((name) => name.trim().toLowerCase()).filter((name) => name !== '');
  const unknown = executionProviders.find((name) => !PROVIDERS.includes(name));
  if (unknown !== undefined || executionProviders.length === 0) throw new CliError('CLI_USAGE', `--provider is a list of ${PROVIDERS.filter((name) => name !== 'dml').join(', ')}, got ${JSON.stringify(unknown ?? flag)}${unknown === undefined ? '' : didYouMean(unknown, PROVIDERS)}`);
  return { executionProviders };
}

/** Opens the smallest model once, where a provider was asked for: what does not work here is said before hours of training. @throws {EvalError} EVAL_RUNTIME_PROVIDER. */
export async function tryProviders({ p808, speaker }: Pick<MeasuringModels, 'p808' | 'speaker'>, providers: Providers): Promise<void> {
  if (providers.executionProviders === undefined) return;
  const model = p808 !== null ? await createDnsmos({ p808: p808.path, ...providers }) : speaker !== null ? await createSpeakerEncoder({ model: speaker.path, descriptor: { id: speaker.id, ...speaker.descriptor }, ...providers }) : null;
  await model?.dispose();
}

/** Opens the opinion models there are; undefined where one is missing. */
export async function openOpinionModels({ p835, p808, utmos }: Pick<MeasuringModels, 'p835' | 'p808' | 'utmos'>, options: Providers = {}): Promise<{ readonly dnsmos: Dnsmos | undefined; readonly utmos: Utmos | undefined; dispose(): Promise<void> }> {
  const dnsmos = p835 === null && p808 === null ? undefined : await createDnsmos({ ...(p835 === null ? {} : { p835: p835.path }), ...(p808 === null ? {} : { p808: p808.path }), ...options });
  const predictor = utmos === null ? undefined : await createUtmos({ model: utmos.path, descriptor: { id: utmos.id, ...utmos.descriptor }, ...options });
  return { dnsmos, utmos: predictor, dispose: async () => { await dnsmos?.dispose(); await predictor?.dispose(); } };
}
