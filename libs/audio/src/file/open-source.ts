import { AudioError, type AudioWarning } from '../errors.js';
import { openWithFfmpeg } from '../ffmpeg/stream-ffmpeg.js';
import { openFlac } from '../flac/stream-flac.js';
import { type DownmixMode } from '../mix/downmix.js';
import { hasMpegKernel } from '../mp3/mpeg-kernel.js';
import { openMp3 } from '../mp3/stream-mp3.js';
import { openOpus } from '../ogg/stream-opus.js';
import { openVorbis } from '../ogg/vorbis/stream-vorbis.js';
import { type AudioProbe } from '../pcm.js';
import { openWav } from '../wav/stream-wav.js';
import { type AllotFor, type BlockSource } from './audio-stream.js';
import { type FileSource } from './file-source.js';
import { type Container } from './sniff.js';

/** Seconds by which decoded audio may be shorter than its headers say before it counts as cut off (one AAC frame at 8 kHz is 0.13 s). */
const SHORTFALL_SEC = 0.15;

/** Opens what decodes this file. With `channel`, a decoder may mix down by itself where that is cheaper. @throws {AudioError} What the decoder throws. */
export async function openSource(source: FileSource, container: Container, probe: AudioProbe, { ffmpegPath, signal, blockSamples, allotFor, channel }: {
  readonly ffmpegPath?: string | null | undefined; readonly signal?: AbortSignal | undefined; readonly blockSamples?: number | undefined; readonly allotFor?: AllotFor; readonly channel?: DownmixMode | undefined;
}): Promise<BlockSource> {
  if ((container === 'wav' || container === 'w64') && !probe.codec.startsWith('wav_')) return openWav(source.readAt, source.bytes, { signal, blockSamples, allotFor });
  if (container === 'flac') return openFlac(source.readAt, source.bytes, { signal, allotFor });
  if (container === 'mp3' && hasMpegKernel()) return openMp3(source.readAt, source.bytes, { signal, allotFor, channel });
  if (container === 'ogg' && (probe.codec === 'opus' || probe.codec === 'vorbis')) {
    const lengthSamples = probe.durationSec === null ? null : Math.round(probe.durationSec * probe.sampleRateHz) || null;
    const opened = await (probe.codec === 'opus' ? openOpus : openVorbis)(source.readAt, source.bytes, lengthSamples, { signal, allotFor });
    if (opened !== null) return opened;
  }
  const opened = await openWithFfmpeg(source.path, container, { ffmpegPath, signal });
  if (container !== 'm4a' || probe.durationSec === null) return opened;
  return { ...opened, blocks: withoutPadding(opened.blocks, Math.round(probe.durationSec * opened.sampleRateHz)) };
}

/** Samples that an encoder may fill up its last frame with (AAC: 1024, with SBR 2048). */
const MOST_PADDING = 2048;

/** Leaves out what comes after `length` samples where it is no more than padding, which not every ffmpeg does; more than that is kept, for then the length is wrong. */
async function* withoutPadding(blocks: AsyncGenerator<Float32Array[], void, undefined>, length: number): AsyncGenerator<Float32Array[], void, undefined> {
  let at = 0, held: Float32Array[][] = [], heldSamples = 0;
  try {
    for await (const block of blocks) {
      const own = Math.max(0, Math.min(block[0]!.length, length - at)), rest = block[0]!.length - own;
      at += block[0]!.length;
      if (own > 0) yield rest === 0 ? block : block.map((channel) => channel.slice(0, own));
      if (rest > 0) { held.push(own === 0 ? block : block.map((channel) => channel.slice(own))); heldSamples += rest; }
      if (heldSamples > MOST_PADDING) { yield* held; held = []; }
    }
  } finally {
    await blocks.return();
  }
}

/** Names what ffmpeg could not deliver; the decoders here count for themselves. */
export function lengthWarnings(probe: AudioProbe, decodedSec: number): AudioWarning[] {
  if (probe.durationSec === null || !['m4a', 'ogg'].includes(probe.container) || ['opus', 'vorbis'].includes(probe.codec)) return [];
  const missing = probe.durationSec - decodedSec;
  if (missing <= SHORTFALL_SEC) return [];
  return [{ code: 'AUDIO_TRUNCATED', message: `the file ends before its audio does: ${missing.toFixed(2)} of ${probe.durationSec.toFixed(2)} s are missing` }];
}

/** The error with the file's path in its message and facts. */
export function withPath(error: unknown, path: string): unknown {
  if (!(error instanceof AudioError) || error.facts['path'] !== undefined) return error;
  return new AudioError(error.code, `${path}: ${error.message}`, { path, ...error.facts }, { cause: error });
}
