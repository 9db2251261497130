import { assertAudioArguments, MIN_CLIP_SEC, SILENT_PEAK } from '../clip/check-clip.js';
import { type Finding } from '../report/schema.js';
import { findRepetition } from './find-repetition.js';
import { countClippedSamples, findDropouts, frameLevels, speechLevelDbfs, trailingZeros } from './levels.js';

/** What each fault is called in findings. `reject`: the audio is no speech at all; `warning`: listen to it. */
export const FAULTS = {
  OUTPUT_EMPTY: 'reject',
  OUTPUT_NOT_FINITE: 'reject',
  OUTPUT_ENGINE_ERROR: 'reject',
  OUTPUT_SILENT: 'reject',
  OUTPUT_TOO_SHORT: 'reject',
  OUTPUT_CLIPPED: 'warning',
  OUTPUT_CUT_OFF: 'warning',
  OUTPUT_DROPOUT: 'warning',
  OUTPUT_LONG_PAUSE: 'warning',
  OUTPUT_REPEATED: 'warning',
  OUTPUT_TOO_LONG_FOR_TEXT: 'warning',
  OUTPUT_TOO_SHORT_FOR_TEXT: 'warning',
} as const satisfies Record<string, Finding['level']>;
export type FaultCode = keyof typeof FAULTS;

const FRAME_SEC = 0.02; // Source: ours; 20 ms, a few periods of any voice
const CUT_OFF_RANGE_DB = 20; // Source: ours; 32 LJSpeech clips end 28 dB and more below their speech, 7 of 10 cuts at random places in them less than 20 dB
const PAUSE_RANGE_DB = 35; // Source: ours; a frame this far below speech level is a pause
const LONG_PAUSE_SEC = 1.2; // Source: ours; sentence-final pauses of read speech stay below a second
const PACE_RATIO = 2; // Source: ours; the fastest and slowest of 32 LJSpeech clips are 1.36 times off their median, a lost half is 2
const CLIPPED_SHARE = 1e-4; // Source: ours; 3 samples a second at 32 kHz cannot be heard
const REPEATED_LIKENESS = 0.8; // Source: ours; 32 LJSpeech clips reach 0.66 at most, copies of 0.7 s planted in them with another pitch 0.8 to 1
const PACE_MARGIN_SEC = 0.5; // Source: ours; silence around a short sentence is not its pace

export type DetectFaultsOptions = {
  /** The words that were to be spoken. Without them pace is not checked; words that repeat themselves may be heard twice. */
  readonly text?: string;
  /** Letters and digits the speaker says in one second. Without it pace is not checked. */
  readonly paceCharsPerSec?: number;
};

/**
 * Looks for what goes wrong with synthetic speech: the one second of zeros an engine answers with when it failed inside,
 * silence, NaN, clipping, speech that runs into the last sample, gaps of zeros, long pauses, sound that comes twice, and a length that does not fit the words.
 * @param samples - Mono, −1…1, shape `[samples]`; may be empty.
 * @param sampleRateHz - 4 000…384 000 Hz.
 * @returns Findings in the order of {@link FAULTS}; none means that nothing was found, not that the speech is good.
 * @throws {TypeError | RangeError} when an argument is not what it should be; faults of the audio are never thrown.
 */
export function detectFaults(samples: Float32Array, sampleRateHz: number, { text, paceCharsPerSec }: DetectFaultsOptions = {}): readonly Finding[] {
  assertAudioArguments(samples, sampleRateHz);
  if (paceCharsPerSec !== undefined && !(paceCharsPerSec > 0 && Number.isFinite(paceCharsPerSec))) throw new RangeError(`paceCharsPerSec must be above 0, got ${paceCharsPerSec}`);
  if (samples.length === 0) return [finding('OUTPUT_EMPTY', 'The audio holds no sample.', 0)];
  const notFinite = samples.reduce((sum, sample) => sum + (Number.isFinite(sample) ? 0 : 1), 0);
  if (notFinite > 0) return [finding('OUTPUT_NOT_FINITE', `${notFinite} samples are NaN or infinite.`, notFinite)];

  const durationSec = samples.length / sampleRateHz;
  const peak = samples.reduce((highest, sample) => Math.max(highest, Math.abs(sample)), 0);
  if (peak === 0 && samples.length === sampleRateHz) {
    return [finding('OUTPUT_ENGINE_ERROR', `Exactly one second of zeros at ${sampleRateHz} Hz: what the engine sends, with status 200, when synthesis failed inside.`, 1)];
  }
  if (peak <= SILENT_PEAK) return [finding('OUTPUT_SILENT', `${durationSec.toFixed(2)} s of silence.`, round3(durationSec))];
  if (durationSec < MIN_CLIP_SEC) return [finding('OUTPUT_TOO_SHORT', `${durationSec.toFixed(3)} s of audio; speech needs at least ${MIN_CLIP_SEC} s.`, round3(durationSec))];

  const found: Finding[] = [];
  const clipped = countClippedSamples(samples);
  if (clipped > Math.max(2, samples.length * CLIPPED_SHARE)) found.push(finding('OUTPUT_CLIPPED', `${clipped} samples are clipped.`, clipped));

  const spoken = samples.subarray(0, samples.length - trailingZeros(samples)); // engines append exact zeros: look before them
  const frameSamples = Math.round(FRAME_SEC * sampleRateHz);
  const levels = frameLevels(spoken, frameSamples);
  const speech = speechLevelDbfs(levels);
  const last = levels[levels.length - 1] ?? -Infinity;
  if (levels.length > 1 && last > speech - CUT_OFF_RANGE_DB) {
    found.push(finding('OUTPUT_CUT_OFF', `Speech runs into the last sample (the last 20 ms lie ${(speech - last).toFixed(0)} dB below speech level): the end may be missing.`, round3(speech - last)));
  }
  const dropouts = findDropouts(samples, sampleRateHz, speech);
  if (dropouts.length > 0) found.push(finding('OUTPUT_DROPOUT', `${dropouts.length} gap${dropouts.length === 1 ? '' : 's'} of zeros in the middle of sound, the first at ${(dropouts[0]! / sampleRateHz).toFixed(2)} s.`, dropouts.length));
  const pauseSec = longestInnerPause(levels, speech - PAUSE_RANGE_DB) * FRAME_SEC;
  if (pauseSec > LONG_PAUSE_SEC) found.push(finding('OUTPUT_LONG_PAUSE', `A pause of ${pauseSec.toFixed(2)} s inside the speech.`, round3(pauseSec)));

  const again = text !== undefined && repeatsItself(text) ? null : findRepetition(samples, sampleRateHz, REPEATED_LIKENESS);
  if (again !== null) found.push(finding('OUTPUT_REPEATED', `What is heard at ${again.startSec.toFixed(2)} s comes again ${again.afterSec.toFixed(2)} s later: something may be repeated.`, round3(again.likeness)));

  const characters = text === undefined ? 0 : countSpokenCharacters(text);
  if (characters > 0 && paceCharsPerSec !== undefined) {
    const expectedSec = characters / paceCharsPerSec;
    const measuredSec = voicedSpan(levels, speech - PAUSE_RANGE_DB) * FRAME_SEC;
    const facts = `${measuredSec.toFixed(2)} s for ${characters} characters; this speaker takes about ${expectedSec.toFixed(2)} s`;
    if (measuredSec > expectedSec * PACE_RATIO + PACE_MARGIN_SEC) found.push(finding('OUTPUT_TOO_LONG_FOR_TEXT', `${facts}: something may be repeated.`, round3(measuredSec / expectedSec)));
    if (measuredSec + PACE_MARGIN_SEC < expectedSec / PACE_RATIO) found.push(finding('OUTPUT_TOO_SHORT_FOR_TEXT', `${facts}: something may be missing.`, round3(measuredSec / expectedSec)));
  }
  return found;
}

/** Whether words come twice in a text: three characters of Han, kana, hangul or digits, or six letters, in a row. */
export function repeatsItself(text: string): boolean {
  const spoken = (text.match(/[\p{L}\p{N}]/gu) ?? []).map((character) => character.toLowerCase());
  const seen = new Set<string>();
  return spoken.some((character, at) => {
    const run = /[\p{Script=Latin}]/u.test(character) ? 6 : 3;
    const part = spoken.slice(at, at + run).join('');
    if (at + run > spoken.length) return false;
    if (seen.has(part)) return true;
    seen.add(part);
    return false;
  });
}

/** Letters and digits of any script: what is spoken of a text, marks and spaces left out. */
export function countSpokenCharacters(text: string): number {
  return text.match(/[\p{L}\p{N}]/gu)?.length ?? 0;
}

/**
 * Pace of a speaker from real clips and their words: the median of characters a second.
 * @returns null when no clip has words.
 */
export function measurePace(clips: readonly { readonly text: string; readonly samples: Float32Array; readonly sampleRateHz: number }[]): number | null {
  const paces = clips
    .map(({ text, samples, sampleRateHz }) => {
      const levels = frameLevels(samples, Math.round(FRAME_SEC * sampleRateHz));
      return countSpokenCharacters(text) / (voicedSpan(levels, speechLevelDbfs(levels) - PAUSE_RANGE_DB) * FRAME_SEC);
    })
    .filter((pace) => Number.isFinite(pace) && pace > 0)
    .sort((a, b) => a - b);
  return paces.length === 0 ? null : paces[Math.floor(paces.length / 2)]!;
}

/** Frames from the first to the last at or above a level. */
function voicedSpan(levels: Float64Array, floorDbfs: number): number {
  if (floorDbfs === -Infinity) return 0; // nothing but zeros
  const first = levels.findIndex((level) => level >= floorDbfs);
  return first < 0 ? 0 : levels.findLastIndex((level) => level >= floorDbfs) - first + 1;
}

/** Longest run of frames below a level that has frames at or above it on both sides. */
function longestInnerPause(levels: Float64Array, floorDbfs: number): number {
  let longest = 0;
  let lastVoiced = -1;
  levels.forEach((level, frame) => {
    if (level < floorDbfs) return;
    if (lastVoiced >= 0) longest = Math.max(longest, frame - lastVoiced - 1);
    lastVoiced = frame;
  });
  return longest;
}

const finding = (code: FaultCode, message: string, value: number): Finding => ({ code, level: FAULTS[code], message, value });
const round3 = (value: number): number => Math.round(value * 1000) / 1000;
