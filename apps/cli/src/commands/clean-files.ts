// What `separate` and `denoise` have in common: files in, those that did not get worse out.
import { basename, extname, resolve } from 'node:path';
import { cleanFiles, type Cleaner, type EngineCleanerOptions } from '@voxtune/dataset';
import { createDnsmos } from '@voxtune/eval';
import { recognizeModels } from '@voxtune/models';
import { probeCheckout } from '@voxtune/training';
import { type FlagSpec } from '../define-command.js';
import { CliError, Exit, type ExitCode } from '../exit.js';
import { expandPaths } from '../expand-paths.js';
import { type Output } from '../output.js';
import { textTable } from '../render/table.js';
import { pathDirs } from '../voice/engine.js';

export const CLEAN_FLAGS = {
  out: { type: 'string', value: 'DIR', help: 'folder for the results (required)' },
  engine: { type: 'string', value: 'DIR', help: 'GPT-SoVITS checkout' },
  python: { type: 'string', value: 'FILE', help: "the engine's Python; searched for otherwise" },
  models: { type: 'string', value: 'DIR', help: 'with a DNSMOS P.808 model there, judge by it; else by the signal-to-noise ratio' },
} as const satisfies Readonly<Record<string, FlagSpec>>;

type Given = { readonly out?: string | undefined; readonly models?: string | undefined };
export type Around = { readonly args: readonly string[]; readonly out: Output; readonly signal: AbortSignal; readonly cwd: string; readonly env: Readonly<Record<string, string | undefined>> };

/** The checkout that is given. @throws {CliError} CLI_USAGE without one. */
export async function engineOf(verb: string, { engine, python }: { readonly engine?: string | undefined; readonly python?: string | undefined }, { cwd, env }: Pick<Around, 'cwd' | 'env'>): Promise<EngineCleanerOptions> {
  if (engine === undefined) throw new CliError('CLI_USAGE', `${verb}: missing --engine DIR`);
  const { root, interpreter } = await probeCheckout(resolve(cwd, engine), { pathDirs: pathDirs(env), ...(python === undefined ? {} : { python }) });
  return { root, python: [interpreter.command, ...interpreter.args] };
}

/** Runs a cleaner over files. */
export async function cleanWith(verb: string, { out: outFlag, models }: Given, { args, out, signal, cwd }: Around, openCleaner: () => Promise<Cleaner>): Promise<ExitCode> {
  if (outFlag === undefined) throw new CliError('CLI_USAGE', `${verb}: missing --out DIR`);
  const paths = await expandPaths(args, cwd);
  const names = new Map<string, string>();
  for (const path of paths) {
    const name = basename(path, extname(path));
    const other = names.get(name);
    if (other !== undefined) throw new CliError('CLI_USAGE', `${verb}: ${other} and ${path} would both become ${name}.wav`);
    names.set(name, path);
  }
  const cleaner = await openCleaner();
  const p808 = models === undefined ? undefined : (await recognizeModels(resolve(cwd, models))).find(({ id }) => id === 'dnsmos-p808');
  const dnsmos = p808 === undefined ? null : await createDnsmos({ p808: p808.path });
  try {
    const files = await cleanFiles({
      files: [...names].map(([name, path]) => ({ path, name })), outDir: resolve(cwd, outFlag), cleaner, signal,
      ...(dnsmos === null ? {} : { score: { name: 'DNSMOS P.808', of: async (samples: Float32Array, rateHz: number) => (await dnsmos.score(samples, rateHz, { signal })).p808 } }),
    });
    if (out.json) out.data({ files });
    else out.print(textTable(['file', 'before', 'after', 'result'], files.map(({ path, before, after, output, reason }) => [path, before?.toFixed(2) ?? '–', after?.toFixed(2) ?? '–', output ?? `as it was: ${reason}`]), [1, 2]));
    return files.length > 0 && files.every(({ output }) => output === null) ? Exit.inputRejected : Exit.ok;
  } finally {
    await dnsmos?.dispose();
  }
}
