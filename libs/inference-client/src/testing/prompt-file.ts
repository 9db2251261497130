import { open, stat } from 'node:fs/promises';
import { parseWavHeader } from '../audio/wav.js';
import { PROMPT_LIMITS_SEC } from '../validate.js';

/** First bytes of the audio files that ffmpeg would read; their length is not looked at. */
const OTHER_AUDIO = [/^ID3/, /^\xff[\xe0-\xff]/, /^fLaC/, /^OggS/, /^....ftyp/s];

/** Seconds of a WAV by its header and its size; null for other audio; NaN for what is no audio. */
export async function promptSeconds(path: string): Promise<number | null> {
  const file = await open(path, 'r');
  try {
    const head = Buffer.alloc(4096);
    const { bytesRead } = await file.read(head, 0, head.length, 0);
    const bytes = head.subarray(0, bytesRead);
    if (OTHER_AUDIO.some((magic) => magic.test(bytes.toString('latin1', 0, 12)))) return null;
    try {
      const header = parseWavHeader(bytes);
      if (header === null) return NaN;
      const length = Math.min(header.dataBytes, (await stat(path)).size - header.dataOffset);
      return length / (header.sampleRateHz * header.channels * (header.bitsPerSample / 8));
    } catch {
      return NaN; // not a WAV either
    }
  } finally {
    await file.close();
  }
}

/** The engine's exception for a prompt file, or null when it would take it (GPT-SoVITS 48b1a01, TTS.py `_set_prompt_semantic`). */
export async function promptProblem(path: string): Promise<string | null> {
  try {
    if (!(await stat(path)).isFile()) return `${path} not exists`;
  } catch {
    return `${path} not exists`;
  }
  const seconds = await promptSeconds(path);
  if (seconds === null) return null;
  if (Number.isNaN(seconds)) return '';
  if (seconds < PROMPT_LIMITS_SEC.min || seconds > PROMPT_LIMITS_SEC.max) {
    return 'Reference audio is outside the 3-10 second range, please choose another one!';
  }
  return null;
}
