import { mkdir } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { createResampler, decodeBlocks, downmix, openFlacWriter, openWavWriter } from '@voxtune/audio';
import { audioFormat, BITS, isFlacName } from '../audio-format.js';
import { defineCommand } from '../define-command.js';
import { CliError, Exit } from '../exit.js';

const QUALITIES = ['fast', 'high', 'best'] as const;

export default defineCommand({
  name: 'resample',
  summary: 'write an audio file as WAV or FLAC at another rate',
  positionals: [{ name: 'IN', help: 'an audio file' }, { name: 'OUT', help: 'the file to write: FLAC where its name ends in .flac, else WAV' }],
  flags: {
    rate: { type: 'number', value: 'HZ', min: 1000, max: 384_000, help: 'samples a second (required)' },
    quality: { type: 'string', choices: QUALITIES, help: 'fast for previews, best for archives (default high)' },
    mono: { type: 'boolean', help: 'mix the channels down to one' },
    bits: { type: 'string', choices: BITS, help: 'bits of a sample (default 16; FLAC: 16 or 24)' },
    float: { type: 'boolean', help: '32-bit float instead of integers' },
  },
  example: 'voxtune resample call.mp3 call.wav --rate 32000 --mono',
  async run({ args, flags, out, signal, cwd }) {
    if (flags.rate === undefined) throw new CliError('CLI_USAGE', 'resample: missing --rate HZ');
    if (!Number.isInteger(flags.rate)) throw new CliError('CLI_USAGE', `resample: --rate needs a whole number of hertz, got ${flags.rate}`);
    const sampleRateHz = flags.rate;
    const quality = (flags.quality ?? 'high') as (typeof QUALITIES)[number]; // one of the flag's choices
    const [input, output] = args.map((path) => resolve(cwd, path)) as [string, string];
    const format = audioFormat('resample', { flac: isFlacName(output), bits: flags.bits, float: flags.float });
    const stream = await decodeBlocks(input, { signal });
    const channels = flags.mono ? 1 : stream.channels;
    const resampler = createResampler({ fromHz: stream.sampleRateHz, toHz: sampleRateHz, channels, quality });
    await mkdir(dirname(output), { recursive: true }).catch(() => undefined); // the writer says why it cannot write
    const writer = await (format.flac ? openFlacWriter(output, { sampleRateHz, channels, bitsPerSample: format.bitsPerSample }) : openWavWriter(output, { sampleRateHz, channels, format: format.format }));
    let samples;
    try {
      for await (const block of stream.blocks) await writer.write(resampler.push(flags.mono ? [downmix({ sampleRateHz: stream.sampleRateHz, channels: block })] : block));
      await writer.write(resampler.end());
      ({ samples } = await writer.close());
    } finally {
      await writer.discard(); // after an error or Ctrl-C nothing half-written stays
    }
    if (out.json) out.data({ input, output, sampleRateHz, channels, samples });
    else out.print(`${output}: ${samples} samples at ${sampleRateHz} Hz, ${channels === 1 ? 'mono' : `${channels} channels`}`);
    for (const { code, message } of stream.warnings()) out.note(`${code}: ${message}`);
    return Exit.ok;
  },
});
