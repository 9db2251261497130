#!/usr/bin/env node
// Packs every package and uses the tarballs as a stranger would: install, import, require, type-check, lint, run the README's example alone.
import './shared/node-version.mjs';
const { packAndUse } = await import('./pack-and-use/main.mjs');
process.exitCode = await packAndUse({ keep: process.argv.includes('--keep') });
