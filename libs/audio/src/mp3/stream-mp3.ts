import { AudioError, type AudioWarning } from '../errors.js';
import { type AllotFor, allotFresh, type BlockSource } from '../file/audio-stream.js';
import { parseSource, type ReadAt } from '../file/byte-requests.js';
import { ByteWindow } from '../file/byte-window.js';
import { FrameWalker } from './frame-walker.js';
import { type Mp3FrameHeader } from './mp3-frame.js';
import { BlockFiller } from '../file/block-filler.js';
import { type DownmixMode } from '../mix/downmix.js';
import { MP3_DECODER_DELAY, parseMp3Tag } from './mp3-tag.js';
import { skipMp3Tags } from './probe-mp3.js';
import { openMpeg } from './mpeg-kernel.js';

/**
 * Opens a file of MPEG audio, layer III or those below it, for decoding piece by piece, sample-exact: encoder delay and padding that a LAME tag names are left out.
 * With `channel`, one channel comes out: the mean is taken before the synthesis, which costs about half then.
 * @throws {AudioError} AUDIO_FORMAT_UNKNOWN without a frame, AUDIO_EMPTY or AUDIO_TRUNCATED without a whole one; the blocks throw AUDIO_CORRUPT when nothing decodes.
 */
export async function openMp3(readAt: ReadAt, fileBytes: number, { signal, allotFor = allotFresh, channel }: {
  readonly signal?: AbortSignal | undefined; readonly allotFor?: AllotFor | undefined; readonly channel?: DownmixMode | undefined;
} = {}): Promise<BlockSource> {
  const offset = await parseSource(skipMp3Tags(), readAt, signal);
  const walker = new FrameWalker(new ByteWindow(readAt, fileBytes, offset), offset);
  const first = await walker.first(signal);
  if (first === null) throw new AudioError('AUDIO_FORMAT_UNKNOWN', 'no MP3 frame found', { byteOffset: offset });
  const tag = parseMp3Tag(walker.bytes, walker.here, first);
  if (tag !== null) walker.skip(first);
  const trim = tag?.encoderDelay === null || tag?.encoderPadding === null || tag === null ? null
    : { start: tag.encoderDelay + MP3_DECODER_DELAY, end: Math.max(0, tag.encoderPadding - MP3_DECODER_DELAY) };
  const lengthSamples = tag?.frames === null || tag === null || tag.frames === 0 ? null : Math.max(0, tag.frames * first.samples - (trim === null ? 0 : trim.start + trim.end)) || null;
  const warnings: AudioWarning[] = [];
  const channels = channel === undefined ? first.channels : 1;
  return { sampleRateHz: first.sampleRateHz, channels, lengthSamples, warnings, blocks: blocks() };

  async function* blocks(): AsyncGenerator<Float32Array[], void, undefined> {
    const { decode, free } = openMpeg(channels, channel);
    try {
      const output = new BlockFiller(allotFor(channels, lengthSamples), trim);
      let lost = 0, mixed = 0;
      for await (const run of walker.runs(first!, signal)) {
        for (const piece of decode(run.bytes, run.lengths)) {
          lost += piece.lostSamples;
          output.write(piece.channels, piece.channels[0]!.length);
          yield* output.ready();
        }
        if (run.stereo !== (first!.channels === 2)) mixed += 1;
        await new Promise((resolve) => setImmediate(resolve));
      }
      const { frames, cutFrame, strayBytes } = walker;
      if (frames === 0) throw new AudioError(cutFrame ? 'AUDIO_TRUNCATED' : 'AUDIO_EMPTY', 'the MP3 file holds no whole frame of audio', { byteOffset: Math.min(walker.position, fileBytes) });
      const samples = frames * first!.samples;
      if (lost === samples) throw new AudioError('AUDIO_CORRUPT', `none of ${frames} MP3 frames could be decoded`, { byteOffset: offset });
      const whole = !cutFrame && (tag === null || tag.frames === null || frames >= tag.frames);
      yield* output.finish(whole);
      if (output.written === 0) throw new AudioError('AUDIO_EMPTY', 'the MP3 file holds only the encoder’s padding', { byteOffset: offset });
      warnings.push(...describeLoss(first!, tag?.frames ?? null, frames, cutFrame, strayBytes, walker.firstStray));
      if (lost > 0) warnings.push({ code: 'AUDIO_CORRUPT', message: `${lost} of ${samples} samples could not be decoded and are silent` });
      if (mixed > 0) warnings.push({ code: 'AUDIO_CHANGED_MIDWAY', message: `the MP3 file changes between mono and stereo; all of it became ${channels === 1 ? 'mono' : 'stereo'}` });
    } finally {
      free();
    }
  }
}

function describeLoss(first: Mp3FrameHeader, tagFrames: number | null, frames: number, cutFrame: boolean, strayBytes: number, firstStray: number): AudioWarning[] {
  const warnings: AudioWarning[] = [];
  const missing = (tagFrames ?? frames) - frames;
  if (missing > 0 || cutFrame) {
    const lost = (Math.max(missing, 1) * first.samples) / first.sampleRateHz;
    const amount = missing > 0 ? `${missing} of ${tagFrames!} frames (${lost.toFixed(2)} s) are missing` : 'its last frame is cut off';
    warnings.push({ code: 'AUDIO_TRUNCATED', message: `the MP3 file ends before its audio does: ${amount}` });
  }
  if (missing < 0 && !cutFrame) warnings.push({ code: 'AUDIO_SIZE_UNKNOWN', message: `the MP3 file counts ${tagFrames!} frames in its tag and holds ${frames}, as files that were joined do; all were decoded` });
  if (strayBytes > 0) warnings.push({ code: 'AUDIO_CORRUPT', message: `${strayBytes} bytes between the MP3 frames belong to none and were skipped (the first at byte ${firstStray})` });
  return warnings;
}
