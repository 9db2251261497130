// One operation on one file in a process of its own, and the most memory it ever held (VmHWM).
import { readFileSync } from 'node:fs';
import { createMeter, createResampler, decodeBlocks, prepareFiles } from '@voxtune/audio';

const OPERATIONS = {
  async resample(path) {
    const { sampleRateHz, channels, blocks } = await decodeBlocks(path, { ffmpegPath: null }), resampler = createResampler({ fromHz: sampleRateHz, toHz: 32000, channels });
    let samples = 0;
    for await (const block of blocks) samples += resampler.push(block)[0].length;
    return `${samples + resampler.end()[0].length} samples`;
  },
  async measure(path) {
    const { sampleRateHz, channels, blocks } = await decodeBlocks(path, { ffmpegPath: null }), meter = createMeter({ sampleRateHz, channels });
    for await (const block of blocks) meter.push(block);
    return `${meter.end().loudnessLufs.toFixed(1)} LUFS`;
  },
  async prepare(path, outDir) {
    const [{ clips, error }] = await prepareFiles([path], { outDir, ffmpegPath: null });
    if (error !== null) throw new Error(error.message);
    return `${clips.length} clips`;
  },
};

process.once('message', async ({ operation, path, outDir }) => {
  let reply;
  try {
    const started = performance.now(), result = await OPERATIONS[operation](path, outDir), took = (performance.now() - started) / 1000;
    reply = { megabytes: Number(/VmHWM:\s+(\d+) kB/.exec(readFileSync('/proc/self/status', 'utf8'))[1]) / 1000, note: `${result}, ${took.toFixed(0)} s` };
  } catch (error) {
    reply = { error: String(error.message) };
  }
  process.send(reply, () => process.disconnect());
});
