import { createHash } from 'node:crypto';
import { readFileSync, statSync } from 'node:fs';
import { mkdir, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { hashFile } from '../hash-file.js';
import { pcm16Bytes } from '../pcm16-size.js';
import type { KnownSpeaker } from '../speaker/choose-channel.js';
import type { SlicedRecording, SliceJob } from './slice-recording.js';

/** Of what is kept: another form, or another way to cut, takes another number. */
const KEPT_VERSION = 3;
/** Tells what one recording's cuts depend on. `sha256` is null where the sound is another file than the recording: its content is read then. @returns Null where it cannot be read. */
export async function cutsKey({ path, clipsDir: _dir, ffmpegPath: _ffmpeg, ...rest }: SliceJob, { sha256, speaker, diarizer, models, embeds }: { readonly sha256: string | null; readonly speaker: KnownSpeaker | undefined; readonly diarizer?: string | undefined; readonly models: string | null; readonly embeds: boolean }): Promise<string | null> {
  const content = sha256 ?? (await hashFile(path).catch(() => null));
  if (content === null) return null;
  const known = speaker === undefined ? null : [speaker.windowLength, speaker.sampleRateHz, toText(speaker.enrolment)];
  return createHash('sha256').update(JSON.stringify([KEPT_VERSION, content, rest, known, models, embeds, ...(diarizer === undefined ? [] : [diarizer])])).digest('hex');
}

const toText = (values: Float32Array): string => Buffer.from(values.buffer, values.byteOffset, values.byteLength).toString('base64');
const fromText = (text: string): Float32Array => { const bytes = Uint8Array.from(Buffer.from(text, 'base64')); return new Float32Array(bytes.buffer, 0, bytes.length >> 2); };

type Kept = Omit<SlicedRecording, 'embeddings' | 'final'> & { readonly key: string; readonly embeddings: readonly (string | null)[] };

/** What is kept of a recording, where it is of this key and all its clips are there in their whole length; else null. Synchronous: through the thread pool, small files take twenty times as long. */
export function readKeptCuts(folder: string, id: string, key: string, { clipsDir, sampleRateHz }: SliceJob): SlicedRecording | null {
  try {
    const { key: found, clips, dropped, findings, embeddings } = JSON.parse(readFileSync(join(folder, `${id}.json`), 'utf8')) as Kept;
    if (found !== key) return null;
    const whole = clips.every(({ id: clip, startSec, endSec }) => statSync(join(clipsDir, `${clip}.wav`)).size === pcm16Bytes(Math.round((endSec - startSec) * sampleRateHz)));
    return whole ? { clips, dropped, findings, embeddings: embeddings.map((text) => (text === null ? null : fromText(text))), final: true } : null;
  } catch {
    return null;
  }
}

export async function writeKeptCuts(folder: string, id: string, key: string, { clips, dropped, findings, embeddings }: SlicedRecording): Promise<void> {
  await mkdir(folder, { recursive: true });
  const kept: Kept = { key, clips, dropped, findings, embeddings: embeddings.map((one) => (one === null ? null : toText(one))) };
  const temporary = join(folder, `.tmp-${id}`);
  await writeFile(temporary, JSON.stringify(kept));
  await rename(temporary, join(folder, `${id}.json`));
}

/** Removes what is kept of other recordings. */
export async function removeOtherCuts(folder: string, ids: readonly string[]): Promise<void> {
  const keep = new Set(ids.map((id) => `${id}.json`));
  for (const name of await readdir(folder).catch(() => [])) if (!keep.has(name)) await rm(join(folder, name), { force: true });
}
