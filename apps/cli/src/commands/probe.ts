import { decodeFile, downmix, measureAudio, probeFile, type AudioProbe } from '@voxtune/audio';
import { checkRecording, type Finding } from '@voxtune/dataset';
import { defineCommand } from '../define-command.js';
import { Exit, failureOf } from '../exit.js';
import { expandPaths } from '../expand-paths.js';
import { textTable } from '../render/table.js';

type Row = Partial<AudioProbe> & { readonly path: string; readonly ok: boolean; readonly findings: readonly Finding[] };

export default defineCommand({
  name: 'probe',
  summary: "read audio files' headers; --deep decodes, measures and applies the recording rules",
  positionals: [{ name: 'PATH', help: 'audio files or folders', many: true }],
  flags: { deep: { type: 'boolean', help: 'decode, measure and apply the recording rules' } },
  example: 'voxtune probe ./recordings --deep --json',
  async run({ args, flags, out, signal, cwd }) {
    const files = await probeAll(await expandPaths(args, cwd), flags.deep, signal);
    if (out.json) out.data({ files });
    else {
      out.print(textTable(['file', 'container', 'codec', 'rate', 'channels', 'seconds', 'findings'],
        files.map((f) => [f.path, f.container ?? '', f.codec ?? '', f.sampleRateHz === undefined ? '' : String(f.sampleRateHz), f.channels === undefined ? '' : String(f.channels), (f.durationSec ?? null) === null ? '' : f.durationSec!.toFixed(3), f.findings.map((x) => x.message).join('; ')]), [3, 4, 5]));
    }
    return files.length > 0 && files.every((f) => !f.ok) ? Exit.inputRejected : Exit.ok;
  },
});

/** Headers read at once: a folder waits for the disk, not for the processor. Whole recordings are decoded one by one, or they would fill the memory. */
const AT_ONCE = 16;

async function probeAll(paths: readonly string[], deep: boolean, signal: AbortSignal): Promise<Row[]> {
  const rows = new Array<Row>(paths.length);
  let next = 0;
  const work = async (): Promise<void> => {
    while (next < paths.length) {
      signal.throwIfAborted();
      const index = next++;
      rows[index] = await probeOne(paths[index]!, deep, signal);
    }
  };
  await Promise.all(Array.from({ length: deep ? 1 : AT_ONCE }, work));
  return rows;
}

async function probeOne(path: string, deep: boolean, signal: AbortSignal): Promise<Row> {
  try {
    const probe = await probeFile(path);
    if (!deep) return { path, ok: true, ...probe, findings: [] };
    const audio = await decodeFile(path, { signal });
    const samples = downmix(audio);
    const measured = measureAudio(samples, audio.sampleRateHz);
    const durationSec = samples.length / audio.sampleRateHz;
    const findings = checkRecording({ ...audio.probe, format: audio.probe.container, durationSec, measurements: measured });
    return { path, ok: !findings.some((f) => f.level === 'reject'), ...audio.probe, durationSec, ...measured, findings: [...audio.warnings.map((w) => ({ ...w, level: 'warning' as const, value: null })), ...findings] };
  } catch (error) {
    if (signal.aborted) throw error;
    const { code, message } = failureOf(error);
    return { path, ok: false, findings: [{ code, level: 'reject', message, value: null }] };
  }
}
