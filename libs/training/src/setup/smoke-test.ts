import { type Checkout, probeCheckout } from '../checkout/probe-checkout.js';
import { TrainingError } from '../errors.js';

/** What the engine's Python said about itself. */
export type SmokeReport = {
  readonly python: string;
  /** Version of torch; null when it cannot be imported. */
  readonly torch: string | null;
  /** CUDA that torch was built for; null for a build without. */
  readonly torchCuda: string | null;
  readonly cudaAvailable: boolean;
  /** Modules that cannot be imported, with the last line of the reason. */
  readonly failures: Readonly<Record<string, string>>;
};

/** Imports every module by itself, so that one that is missing does not hide another; the report is the last line. */
export const SMOKE_SCRIPT = `
import importlib, json, platform, sys
failures = {}
for name in sys.argv[1:]:
    try:
        importlib.import_module(name)
    except BaseException as error:
        failures[name] = (type(error).__name__ + ': ' + str(error)).strip().split('\\n')[0][:300]
torch = sys.modules.get('torch')
report = {'python': platform.python_version(), 'torch': None, 'torchCuda': None, 'cudaAvailable': False, 'failures': failures}
if torch is not None:
    report['torch'] = str(getattr(torch, '__version__', '?'))
    report['torchCuda'] = getattr(getattr(torch, 'version', None), 'cuda', None)
    try:
        report['cudaAvailable'] = bool(torch.cuda.is_available())
    except BaseException:
        pass
print()
print('VOXTUNE-SMOKE ' + json.dumps(report))
`;

/** The report among what the script and the modules printed; null when it is not there. */
export function parseSmokeReport(lines: readonly string[]): SmokeReport | null {
  const line = lines.findLast((each) => each.startsWith('VOXTUNE-SMOKE '));
  return line === undefined ? null : (JSON.parse(line.slice('VOXTUNE-SMOKE '.length)) as SmokeReport);
}

/**
 * Holds a report and a checkout against what was wanted.
 * @throws {TrainingError} `TRAINING_SETUP_UNVERIFIED` naming everything that is missing at once.
 */
export async function requireWorking(report: SmokeReport | null, root: string, wanted: { readonly version: Checkout['versions'][number]; readonly languages: readonly string[]; readonly cuda: boolean; readonly python: string }): Promise<Checkout> {
  const checkout = await probeCheckout(root, { version: wanted.version, languages: wanted.languages, python: wanted.python });
  const failures = Object.entries(report?.failures ?? { python: 'it ended without a report' }).map(([name, why]) => `${name} (${why})`);
  const problems = [
    ...(failures.length === 0 ? [] : [`cannot import ${failures.join(', ')}`]),
    ...(checkout.kind === 'stand-in' || checkout.missing[wanted.version].length === 0 ? [] : [`missing: ${checkout.missing[wanted.version].join(', ')}`]),
    ...(wanted.cuda && report !== null && report.torch !== null && report.torchCuda === null ? [`torch ${report.torch} was built without CUDA`] : []),
  ];
  if (problems.length > 0) throw new TrainingError('TRAINING_SETUP_UNVERIFIED', `The engine at ${root} is not ready: ${problems.join('; ')}.`, { path: root, problems: problems.length });
  return checkout;
}
