import { join } from './engine-step.js';

// Folders that webui.py writes into site-packages/users.pth (48b1a01); given as PYTHONPATH instead, the environment stays untouched.
const IMPORT_FOLDERS = ['GPT_SoVITS/BigVGAN', 'tools', 'tools/asr', 'GPT_SoVITS', 'tools/uvr5'];

/**
 * PYTHONPATH of the engine: the checkout's folders first, so that nothing stands in for its own modules, then what was inherited, each folder once.
 * @param inherited - PYTHONPATH of the caller; empty entries, which would mean the working folder, are left out.
 */
export function enginePythonPath(engineRoot: string, inherited: string, platform: 'posix' | 'win32'): string {
  const separator = platform === 'win32' ? ';' : ':';
  const own = [engineRoot, ...IMPORT_FOLDERS.map((folder) => join(engineRoot, folder))];
  return [...new Set([...own, ...inherited.split(separator).filter((folder) => folder !== '')])].join(separator);
}
