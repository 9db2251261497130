#!/usr/bin/env node
// Everything that must hold, from a fresh clone: npm run check. The last line reads "N passed, M failed".
//   npm run check                 all steps
//   npm run check -- lint test    only the steps whose names begin so (install always runs)
import './shared/node-version.mjs';
const { main } = await import('./check/main.mjs');
process.exitCode = await main(process.argv.slice(2));
