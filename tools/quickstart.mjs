#!/usr/bin/env node
// From a fresh clone to a measured, served voice: npm run quickstart [-- --recordings DIR …]. Continues where it stopped.
import './shared/node-version.mjs';
const { main } = await import('./quickstart/main.mjs');
process.exitCode = await main(process.argv.slice(2));
