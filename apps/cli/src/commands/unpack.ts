import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { defineCommand } from '../define-command.js';
import { Exit } from '../exit.js';
import { unpackVoice } from '../voice/archive.js';
import { CONFIG_NAME, openVoice } from '../voice/folder.js';

/** A voice has some hundred megabytes; a LoRA or a long prompt does not change that much. Ours. */
const MAX_GB = 20;

export default defineCommand({
  name: 'unpack',
  summary: 'make a voice folder of a packed voice, every file verified',
  positionals: [{ name: 'FILE', help: 'what voxtune pack wrote' }],
  flags: {
    dir: { type: 'string', value: 'PARENT', help: 'folder in which the voice folder is made (default: here)' },
    'max-gb': { type: 'number', value: 'GB', min: 0, help: `refuse archives that hold more (default: ${MAX_GB})` },
  },
  example: 'voxtune unpack staff001.voice.tar --dir voices',
  async run({ args, flags, out, signal, cwd }) {
    const { path, manifest } = await unpackVoice(resolve(cwd, args[0]!), resolve(cwd, flags.dir ?? '.'), { maxBytes: (flags['max-gb'] ?? MAX_GB) * 1e9, signal });
    const voice = existsSync(join(path, CONFIG_NAME)) ? await openVoice(path, cwd).catch(() => null) : null;
    const warnings = voice?.engineDir !== null && voice?.engineDir !== undefined && !existsSync(voice.engineDir) ? [`engine.path in ${join(path, CONFIG_NAME)} is of the other machine: ${voice.engineDir}; set it before this voice speaks here`] : [];
    if (out.json) out.data({ path, voice: manifest.voice, files: manifest.files.length, warnings });
    else {
      out.print(path);
      for (const warning of warnings) out.note(out.paint('yellow', warning));
    }
    return Exit.ok;
  },
});
