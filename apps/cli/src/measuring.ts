// The models of a folder, opened for the measures they take.
import { createDnsmos, createUtmos, type Dnsmos, type Utmos } from '@voxtune/eval';
import { type ModelFile } from '@voxtune/models';

/** Which models measure: recognised files by their role; null where there is none. */
export const measuringModels = (models: readonly ModelFile[]) => {
  const named = (id: string): ModelFile | null => models.find((m) => m.id === id) ?? models.find((m) => m.id.startsWith(`${id}-`)) ?? null; // else a smaller copy of it
  return { speaker: models.find((m) => m.kind === 'speaker') ?? null, p835: named('dnsmos-p835'), p808: named('dnsmos-p808'), utmos: models.find((m) => m.kind === 'mos' && m.id.startsWith('utmos')) ?? null };
};
export type MeasuringModels = ReturnType<typeof measuringModels>;

/** How the flag that chooses execution providers reads. */
export const PROVIDER_FLAG = { type: 'string', value: 'LIST', help: 'where models run, the first that works: cpu, cuda, tensorrt, coreml, directml, webgpu (default cpu)' } as const;

/** The providers of the flag, in the runtime's own words; nothing where it was not given. */
export function providersOf(flag: string | undefined): { readonly executionProviders?: readonly string[] } {
  if (flag === undefined) return {};
  const names = flag.split(',').map((name) => name.trim()).filter((name) => name !== '');
  return { executionProviders: names.map((name) => (name === 'directml' ? 'dml' : name)) };
}

/** Opens the opinion models there are; undefined where one is missing. */
export async function openOpinionModels({ p835, p808, utmos }: Pick<MeasuringModels, 'p835' | 'p808' | 'utmos'>, options: { readonly executionProviders?: readonly string[] } = {}): Promise<{ readonly dnsmos: Dnsmos | undefined; readonly utmos: Utmos | undefined; dispose(): Promise<void> }> {
  const dnsmos = p835 === null && p808 === null ? undefined : await createDnsmos({ ...(p835 === null ? {} : { p835: p835.path }), ...(p808 === null ? {} : { p808: p808.path }), ...options });
  const predictor = utmos === null ? undefined : await createUtmos({ model: utmos.path, descriptor: { id: utmos.id, ...utmos.descriptor }, ...options });
  return { dnsmos, utmos: predictor, dispose: async () => { await dnsmos?.dispose(); await predictor?.dispose(); } };
}
