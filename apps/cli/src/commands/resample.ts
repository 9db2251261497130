import { resolve } from 'node:path';
import { decodeFile, downmix, encodeWav, resample } from '@voxtune/audio';
import { writeFileAtomic } from '@voxtune/pipeline';
import { defineCommand } from '../define-command.js';
import { CliError, Exit } from '../exit.js';

const QUALITIES = ['fast', 'high', 'best'] as const;

export default defineCommand({
  name: 'resample',
  summary: 'write an audio file as WAV at another rate',
  positionals: [{ name: 'IN', help: 'an audio file' }, { name: 'OUT', help: 'the WAV to write' }],
  flags: {
    rate: { type: 'number', value: 'HZ', min: 1000, max: 384_000, help: 'samples a second (required)' },
    quality: { type: 'string', choices: QUALITIES, help: 'fast for previews, best for archives (default high)' },
    mono: { type: 'boolean', help: 'mix the channels down to one' },
    float: { type: 'boolean', help: '32-bit float instead of 16-bit samples' },
  },
  example: 'voxtune resample call.mp3 call.wav --rate 32000 --mono',
  async run({ args, flags, out, signal, cwd }) {
    if (flags.rate === undefined) throw new CliError('CLI_USAGE', 'resample: missing --rate HZ');
    if (!Number.isInteger(flags.rate)) throw new CliError('CLI_USAGE', `resample: --rate needs a whole number of hertz, got ${flags.rate}`);
    const sampleRateHz = flags.rate;
    const quality = (flags.quality ?? 'high') as (typeof QUALITIES)[number]; // one of the flag's choices
    const [input, output] = args.map((path) => resolve(cwd, path)) as [string, string];
    const audio = await decodeFile(input, { signal });
    const channels = (flags.mono ? [downmix(audio)] : audio.channels).map((samples) => resample(samples, audio.sampleRateHz, sampleRateHz, { quality }));
    await writeFileAtomic(output, encodeWav({ sampleRateHz, channels }, { format: flags.float ? 'float32' : 'pcm16' }));
    const samples = channels[0]?.length ?? 0;
    if (out.json) out.data({ input, output, sampleRateHz, channels: channels.length, samples });
    else out.print(`${output}: ${samples} samples at ${sampleRateHz} Hz, ${channels.length === 1 ? 'mono' : `${channels.length} channels`}`);
    for (const { code, message } of audio.warnings) out.note(`${code}: ${message}`);
    return Exit.ok;
  },
});
