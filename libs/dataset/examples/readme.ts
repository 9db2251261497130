import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { encodeWav } from '@voxtune/audio';
import { assignTranscripts, formatTrainingList, ingestRecordings, planLists, readTranscripts, sliceRecordings } from '@voxtune/dataset';

// A recording of our own: two buzzing "utterances" with a pause between, and subtitles that say when each is spoken.
const dir = await mkdtemp(join(tmpdir(), 'voxtune-example-'));
const sampleRateHz = 22_050;
const speaks = (t: number) => (t >= 1 && t < 5) || (t >= 6 && t < 10);
const samples = Float32Array.from({ length: 11 * sampleRateHz }, (_, i) => (speaks(i / sampleRateHz) ? 0.2 * Math.sin((i * 2 * Math.PI * 150) / sampleRateHz) : 0));
await writeFile(join(dir, 'greeting.wav'), encodeWav({ sampleRateHz, channels: [samples] }));
await writeFile(join(dir, 'greeting.srt'), '1\n00:00:01,000 --> 00:00:05,000\nHello, how can I help?\n\n2\n00:00:06,000 --> 00:00:10,000\nOne moment, please.\n');

const { recordings } = await ingestRecordings({ recordingsDir: dir });
const sources = await readTranscripts({ recordings, recordingsDir: dir, language: 'en' });
const clipsDir = join(dir, 'clips');
const { clips, dropped } = await sliceRecordings({ recordings, recordingsDir: dir, clipsDir, sources });
const { transcripts, withoutText } = assignTranscripts({ clips, sources, language: 'en' });
const lists = planLists({ clips, transcripts, recordings, speaker: 'ann', language: 'en' });
const list = formatTrainingList(lists.train, { form: 'upstream', clipsDir });

await rm(dir, { recursive: true });
const words = list.trim().split('\n').map((line) => line.split('|').slice(1).join(' | '));
console.log(words.join('\n'), lists.notes.join('\n'));
if (words.join() !== 'ann | EN | Hello, how can I help?,ann | EN | One moment, please.' || dropped.length + withoutText.length > 0) throw new Error(`unexpected list: ${list}`);
