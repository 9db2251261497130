// What the engine's Python has, told without importing any of it: torch alone takes seconds.
import { execa } from 'execa';
import { engineModules } from '@voxtune/training';

export type PythonFacts = { readonly command: string; readonly version: string; readonly torch: string | null; /** Null for a build without CUDA. */ readonly torchCuda: string | null; readonly missing: readonly string[] };

// find_spec of a top-level name looks for the file and runs nothing of it; torch/version.py is two assignments. torchaudio 2.9 and newer read audio with torchcodec.
const SCRIPT = `
import importlib.util, json, os, platform, re, sys
spec = importlib.util.find_spec('torch')
torch = cuda = None
if spec is not None:
    torch = '?'
    try:
        text = open(os.path.join(os.path.dirname(spec.origin), 'version.py'), encoding='utf-8').read()
        torch = re.search(r"__version__ *= *['\\"]([^'\\"]+)", text).group(1)
        found = re.search(r"^cuda[^=]*= *['\\"]([^'\\"]+)", text, re.M)
        cuda = found.group(1) if found else None
    except Exception:
        pass
missing = [name for name in sys.argv[1:] if importlib.util.find_spec(name) is None]
try:
    from importlib.metadata import version
    if tuple(int(part) for part in version('torchaudio').split('.')[:2]) >= (2, 9) and importlib.util.find_spec('torchcodec') is None:
        missing.append('torchcodec')
except Exception:
    pass
print(json.dumps({'version': platform.python_version(), 'torch': torch, 'torchCuda': cuda, 'missing': missing}))
`;

/** Null when it does not run, or not within four seconds. */
export async function inspectPython({ command, args }: { readonly command: string; readonly args: readonly string[] }, languages: readonly string[]): Promise<PythonFacts | null> {
  const { failed, stdout } = await execa(command, [...args, '-s', '-c', SCRIPT, ...engineModules(languages).filter((name) => name !== 'torch')], { reject: false, timeout: 4000, stdin: 'ignore' });
  if (failed) return null;
  try {
    return { command, ...(JSON.parse(stdout.trim().split('\n').at(-1) ?? '') as Omit<PythonFacts, 'command'>) };
  } catch {
    return null;
  }
}
