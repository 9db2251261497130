import { renameSync, rmSync, writeFileSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { decodeBlocks } from '../file/decode-blocks.js';
import { AudioError, type AudioWarning } from '../errors.js';
import { measureAudio } from '../measure/measure-audio.js';
import { createResampler } from '../resample/create-resampler.js';
import { createSlicer } from '../slice/create-slicer.js';
import { type Slice } from '../slice/join-slices.js';
import { encodeWav } from '../wav/encode-wav.js';
import { type PreparedClip, type PreparedFile, type PrepareSettings } from './prepare-options.js';

/** Samples held of a recording, so that it is decoded once; longer ones are decoded a second time for their clips. 10 min at 32 kHz, 77 MB. */
const HELD_SAMPLES = 600 * 32000;

/** Cuts one recording into clips, in bounded memory. Never throws for the recording; only the signal's reason. */
export async function prepareFile(path: string, settings: PrepareSettings, signal?: AbortSignal): Promise<PreparedFile> {
  const clips: PreparedClip[] = [];
  let warnings: readonly AudioWarning[] = [];
  try {
    const { sampleRateHz = 32000, slice = {}, outDir } = settings;
    const slicer = createSlicer({ ...slice, sampleRateHz });
    let held: Float32Array[] | null = [], count = 0;
    const firstPass = await monoBlocks(path, settings, sampleRateHz, signal);
    for await (const block of firstPass.blocks) {
      slicer.push(block);
      count += block.length;
      if (count > HELD_SAMPLES) held = null;
      held?.push(block);
    }
    warnings = firstPass.warnings();
    const plan = slicer.end();
    if (plan.length === 0) return { path, clips, warnings, error: null };
    await mkdir(outDir, { recursive: true });
    const again = held ?? (await monoBlocks(path, settings, sampleRateHz, signal)).blocks;
    for await (const { range, samples } of cut(again, plan)) {
      signal?.throwIfAborted();
      clips.push(writeClip(join(outDir, clipName(path, range)), range, samples, sampleRateHz));
    }
    return { path, clips, warnings, error: null };
  } catch (error) {
    if (signal?.aborted === true) throw signal.reason;
    const { code } = error as { code?: unknown };
    return { path, clips, warnings, error: { code: typeof code === 'string' ? code : 'UNKNOWN', message: String((error as Error).message), hint: error instanceof AudioError ? error.hint : null } };
  }
}

/** The recording's name with start and end of the clip (GPT-SoVITS 48b1a01, tools/slice_audio.py). */
const clipName = (path: string, { start, end }: Slice): string => `${basename(path)}_${String(start).padStart(10, '0')}_${String(end).padStart(10, '0')}.wav`;

async function monoBlocks(path: string, { channel = 'mean', ffmpegPath }: PrepareSettings, toHz: number, signal: AbortSignal | undefined): Promise<{ blocks: AsyncGenerator<Float32Array, void, undefined>; warnings: () => readonly AudioWarning[] }> {
  const stream = await decodeBlocks(path, { ffmpegPath, signal, channel });
  const resampler = createResampler({ fromHz: stream.sampleRateHz, toHz });
  async function* blocks(): AsyncGenerator<Float32Array, void, undefined> {
    for await (const block of stream.blocks) {
      const [samples] = resampler.push(block);
      if (samples!.length > 0) yield samples!;
    }
    const [rest] = resampler.end();
    if (rest!.length > 0) yield rest!;
  }
  return { blocks: blocks(), warnings: stream.warnings };
}

/** The samples of each slice in turn; slices are sorted and apart. */
async function* cut(blocks: AsyncIterable<Float32Array> | Iterable<Float32Array>, plan: readonly Slice[]): AsyncGenerator<{ range: Slice; samples: Float32Array }, void, undefined> {
  let at = 0, index = 0, samples: Float32Array | null = null;
  for await (const block of blocks) {
    for (let range = plan[index]; range !== undefined && range.start < at + block.length; range = plan[index]) {
      samples ??= new Float32Array(range.end - range.start);
      const from = Math.max(range.start, at), to = Math.min(range.end, at + block.length);
      samples.set(block.subarray(from - at, to - at), from - range.start);
      if (to < range.end) break;
      yield { range, samples };
      samples = null;
      index += 1;
    }
    at += block.length;
    if (index === plan.length) return;
  }
}

/** Under another name first: a clip that has its name is whole. Measuring takes a hundred times as long as the calls that write, so they may wait for the disk. */
function writeClip(path: string, { start, end }: Slice, samples: Float32Array, sampleRateHz: number): PreparedClip {
  const unfinished = `${path}.part`;
  try {
    writeFileSync(unfinished, encodeWav({ sampleRateHz, channels: [samples] }));
    renameSync(unfinished, path);
  } catch (error) {
    rmSync(unfinished, { force: true });
    throw error;
  }
  return { path, start, end, measurements: measureAudio(samples, sampleRateHz) };
}
