// Takes the place of `python` for this folder: `node python.mjs [-s] script.py args…` runs the JavaScript in script.py.
import { createRequire } from 'node:module';
import { existsSync } from 'node:fs';
import { basename, resolve } from 'node:path';

const args = process.argv.slice(2);
while (args.length > 0 && /^-[sSuEBIOq]+$/.test(args[0])) args.shift();
const script = args[0];

if (script === '--version' || script === '-V') {
  process.stdout.write(`Python (stand-in on Node ${process.versions.node})\n`);
} else if (script === undefined || script.startsWith('-')) {
  process.stderr.write('usage: python.mjs [-s] script.py [arg] …\n');
  process.exitCode = 2;
} else if (!existsSync(script)) {
  process.stderr.write(`python.mjs: can't open file '${resolve(script)}': [Errno 2] No such file or directory\n`);
  process.exitCode = 2;
} else if (basename(script) === 'separate.py' && args.includes('--jobs')) { // the bridge of @voxtune/dataset is real Python: its part is played
  process.argv = [process.argv[0], resolve(script), ...args.slice(1)];
  createRequire(import.meta.url)('./stand-in/clean.cjs')('bridge');
} else {
  process.argv = [process.argv[0], resolve(script), ...args.slice(1)];
  createRequire(import.meta.url)(resolve(script));
}
