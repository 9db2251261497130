import { constants } from 'node:fs';
import { access, stat } from 'node:fs/promises';
import { type Interpreter } from '../plan/options.js';

/** A place where the engine's Python may be: an absolute path to look at, or a bare name to be found on PATH. */
export type InterpreterCandidate = { readonly path: string; readonly why: string };

/**
 * Where the engine's Python may be, best first: as asked, the packaged build's `runtime`, a virtual environment in the checkout, PATH.
 * @param platform - Windows keeps programs of an environment in `Scripts`, others in `bin`.
 */
export function planInterpreterSearch(root: string, python: string | null, platform: 'posix' | 'win32'): readonly InterpreterCandidate[] {
  const separator = platform === 'win32' ? '\\' : '/';
  const at = (...names: string[]): string => [root.replace(/[/\\]+$/, ''), ...names].join(separator);
  const inEnvironment = (folder: string): string => (platform === 'win32' ? at(folder, 'Scripts', 'python.exe') : at(folder, 'bin', 'python'));
  return [
    ...(python === null ? [] : [{ path: python, why: 'as configured' }]),
    ...(python === null
      ? [
          { path: platform === 'win32' ? at('runtime', 'python.exe') : at('runtime', 'python'), why: 'the packaged build’s runtime' },
          { path: inEnvironment('venv'), why: 'venv in the checkout' },
          { path: inEnvironment('.venv'), why: '.venv in the checkout' },
          { path: platform === 'win32' ? 'python' : 'python3', why: 'on PATH' },
        ]
      : []),
  ];
}

const isProgram = async (path: string): Promise<boolean> => {
  try {
    await access(path, process.platform === 'win32' ? constants.F_OK : constants.X_OK);
    return (await stat(path)).isFile();
  } catch {
    return false;
  }
};

/** Whether the path names a place; a bare name is left to PATH. */
const isPath = (text: string): boolean => /[/\\]/.test(text);

/**
 * The first candidate that is there.
 * @param pathDirs - Folders of PATH, for a bare name; null leaves the name to the system unseen.
 * @returns null when none is.
 */
export async function findInterpreter(
  candidates: readonly InterpreterCandidate[], pathDirs: readonly string[] | null,
): Promise<(Interpreter & { readonly why: string }) | null> {
  for (const { path, why } of candidates) {
    if (isPath(path)) {
      if (await isProgram(path)) return { command: path, args: [], why };
      continue;
    }
    if (pathDirs === null) return { command: path, args: [], why };
    const names = process.platform === 'win32' ? [`${path}.exe`, path] : [path];
    for (const dir of pathDirs) {
      for (const name of names) if (await isProgram(`${dir}/${name}`)) return { command: path, args: [], why };
    }
  }
  return null;
}
