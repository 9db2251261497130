#!/usr/bin/env node
// Runs the matrix versions × stages × failures on a GPT-SoVITS checkout: node tools/verify-engine.mjs DIR [flags].
import './shared/node-version.mjs';
const { main } = await import('./verify-engine/main.mjs');
process.exitCode = await main(process.argv.slice(2));
