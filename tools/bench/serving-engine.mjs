// An engine for tools/bench/serving.mjs: node serving-engine.mjs PORT SPEAK_MS — two seconds of a tone for any text.
import { startStandInServer } from '@voxtune/inference-client/testing';

const [port, speakMs] = process.argv.slice(2).map(Number);
const samples = Float32Array.from({ length: 64_000 }, (_, n) => 0.3 * Math.sin(n / 20));
await startStandInServer({
  port, dialect: 'api-v2', promptFiles: 'trust',
  async speak() {
    if (speakMs > 0) await new Promise((done) => setTimeout(done, speakMs));
    return { samples, sampleRateHz: 32_000 };
  },
});
