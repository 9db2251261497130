#!/usr/bin/env node
//   node tools/pack-and-use.mjs [--keep] [audio text …]   (built packages; all of them by default)
// Packs every package and uses the tarballs as a stranger would: install, import, require, type-check, lint, run the README's example alone.
import './shared/node-version.mjs';
const { packAndUse } = await import('./pack-and-use/main.mjs');
const args = process.argv.slice(2);
process.exitCode = await packAndUse({ keep: args.includes('--keep'), only: args.filter((arg) => !arg.startsWith('--')) });
