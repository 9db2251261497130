import { AudioError } from '../errors.js';
import { assertPositiveInteger } from '../pcm.js';
import { type AudioBlock, type AudioStream, type BlockSource, reblock } from './audio-stream.js';
import { assertDownmixMode, downmix, type DownmixMode } from '../mix/downmix.js';
import { type DecodeOptions } from './decode-file.js';
import { openFile } from './file-source.js';
import { lengthWarnings, openSource, withPath } from './open-source.js';
import { probeSource, sniffSource } from './probe-file.js';

/** Options of {@link decodeBlocks}. */
export type DecodeBlocksOptions = DecodeOptions & {
  /** Samples per channel in each block but the last. @default what the decoder gives at a time, which varies */
  readonly blockSamples?: number | undefined;
  /** Makes one channel, as `downmix` does; of a stereo MP3 the mean is decoded for about half the work of both channels. @default all channels */
  readonly channel?: DownmixMode | undefined;
};

/**
 * Decodes an audio file as it is read, in constant memory however long it is; the samples equal those of {@link decodeFile}.
 * The file stays open until the blocks have been gone through, or the loop over them breaks or throws; go through them even if only to break.
 * @param path - Any file; content decides, not the name.
 * @throws {AudioError} As `decodeFile`, partly only from the blocks; or the signal's reason.
 */
export async function decodeBlocks(path: string, options: DecodeBlocksOptions = {}): Promise<AudioStream> {
  const { signal, blockSamples, channel } = options;
  if (blockSamples !== undefined) assertPositiveInteger(blockSamples, 'blockSamples');
  if (channel !== undefined) assertDownmixMode(channel);
  signal?.throwIfAborted();
  const source = await openFile(path);
  try {
    const container = await sniffSource(source);
    const probe = await probeSource(source, container, options);
    const opened = mixedDown(await openSource(source, container, probe, options), channel);
    let samples = 0, begun = false;
    const blocks = async function* (): AsyncGenerator<AudioBlock, void, undefined> {
      try {
        for await (const block of blockSamples === undefined ? opened.blocks : reblock(opened.blocks, blockSamples)) {
          signal?.throwIfAborted();
          samples += block[0]!.length;
          yield block;
        }
        if (samples === 0) throw new AudioError('AUDIO_EMPTY', 'the file holds no samples');
        opened.warnings.push(...lengthWarnings(probe, samples / opened.sampleRateHz));
      } catch (error) {
        throw withPath(error, path);
      } finally {
        await opened.blocks.return();
        await source.close();
      }
    };
    return {
      container: probe.container, codec: probe.codec, sampleRateHz: opened.sampleRateHz, channels: opened.channels, fileChannels: channel === undefined ? opened.channels : probe.channels, lengthSamples: opened.lengthSamples,
      blocks: { [Symbol.asyncIterator]: () => {
        if (begun) throw new TypeError('the blocks of an audio stream can be gone through once');
        begun = true;
        return blocks();
      } },
      warnings: () => opened.warnings,
    };
  } catch (error) {
    await source.close();
    throw withPath(error, path);
  }
}

function mixedDown(opened: BlockSource, channel: DownmixMode | undefined): BlockSource {
  if (channel === undefined || opened.channels === 1) return opened;
  const { sampleRateHz } = opened;
  async function* blocks(): BlockSource['blocks'] {
    try {
      for await (const channels of opened.blocks) yield [downmix({ sampleRateHz, channels }, channel)];
    } finally {
      await opened.blocks.return();
    }
  }
  return { ...opened, channels: 1, blocks: blocks() };
}
