import { resolve } from 'node:path';
import { defineCommand } from '../define-command.js';
import { Exit } from '../exit.js';
import { packVoice } from '../voice/archive.js';
import { CONFIG_NAME, voiceRoot } from '../voice/folder.js';

export default defineCommand({
  name: 'pack',
  summary: 'put a published voice into one file, to move it to another machine',
  positionals: [{ name: 'NAME', help: "a published voice's name or the path of its folder" }],
  flags: {
    out: { type: 'string', short: 'o', value: 'FILE', help: 'the file to write (default: NAME.voice.tar); .gz or .tgz compresses it' },
    gzip: { type: 'boolean', help: 'compress whatever the name; weights hardly shrink' },
  },
  example: 'voxtune pack staff001 -o staff001.voice.tar',
  async run({ args, flags, out, signal, cwd }) {
    const root = voiceRoot(args[0]!, cwd);
    const to = resolve(cwd, flags.out ?? `${root.split(/[/\\]/).at(-1)}.voice.tar${flags.gzip ? '.gz' : ''}`);
    const { path, bytes, manifest } = await packVoice(root, to, { gzip: flags.gzip || /\.t?gz$/.test(to), config: CONFIG_NAME, signal });
    if (out.json) out.data({ path, bytes, voice: manifest.voice, files: manifest.files });
    else {
      out.print(path);
      out.note(`${manifest.files.length} files of ${manifest.voice}, ${(bytes / 1e6).toFixed(1)} MB; voxtune unpack on the other machine verifies them`);
    }
    return Exit.ok;
  },
});
