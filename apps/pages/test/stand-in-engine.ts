// An engine server process for the browser check: `node engine.mjs PORT`; it hums a second a word, and refuses to say "refuse".
import { startStandInServer } from '@voxtune/inference-client/testing';

const RATE_HZ = 32_000;
await startStandInServer({
  port: Number(process.argv[2]), dialect: 'api-v2', promptFiles: 'trust', faults: [{ kind: 'refuse', text: 'refuse', message: 'Please enter valid text.' }],
  speak: ({ text, speed }) => ({ samples: Float32Array.from({ length: Math.round((RATE_HZ * text.split(' ').length) / speed) }, (_, n) => 0.2 * Math.sin((2 * Math.PI * 220 * n) / RATE_HZ)), sampleRateHz: RATE_HZ }),
});
