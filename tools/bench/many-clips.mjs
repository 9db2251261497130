import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { encodeWav } from '@voxtune/audio';
import { makeVoice } from '../verify-engine/voice.mjs';

const RATE = 8000, SECONDS = 1.2, FADE = 0.1; // each recording becomes one clip; under 1 s it would be rejected
const WORDS = 'please wait while we look up the number of your order and call you back today'.split(' ');

/** A voice of so many recordings, each a short hum of its own with a text: no two have the same bytes. @returns {string} its folder */
export function makeManyClips({ work, engine, count }) {
  const recordings = join(work, 'many-recordings');
  mkdirSync(recordings, { recursive: true });
  for (let i = 0; i < count; i += 1) {
    const name = `r${String(i).padStart(6, '0')}`, hz = 90 + (i % 160), samples = new Float32Array(RATE * SECONDS);
    for (let n = 0; n < samples.length; n += 1) {
      const t = n / RATE, edge = Math.min(1, t / FADE, (SECONDS - t) / FADE);
      for (let k = 1; k <= 6; k += 1) samples[n] += (0.2 / k) * edge * Math.sin(2 * Math.PI * k * hz * t + i * k);
    }
    writeFileSync(join(recordings, `${name}.wav`), encodeWav({ sampleRateHz: RATE, channels: [samples] }));
    writeFileSync(join(recordings, `${name}.txt`), `${Array.from({ length: 4 }, (_, k) => WORDS[(i * 7 + k * (1 + (i % 5))) % WORDS.length]).join(' ')} ${i}.\n`);
  }
  return makeVoice({ work, engine, recordings, transcripts: null, language: 'en', device: 'auto', python: null }, 'many', { version: 'v2Pro' });
}
