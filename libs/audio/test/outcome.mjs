// What must hold for any file, however damaged: probe and decode end in time, with a typed error or with sound that is what it says.
import { AudioError, decodeFile, probeFile } from '@voxtune/audio';

/** Small files can say that they hold very much silence. */
const OPTIONS = { ffmpegPath: null, maxDecodedBytes: 2 ** 26 };
/** Decoded and promised durations may differ by so much without a warning: a frame of a lossy codec. */
const SLACK_SEC = 0.15;

/**
 * Probes and decodes.
 * @param {string} path @param {{samples: number, lengthless?: boolean}} [whole] - The undamaged file, where only its end was cut off.
 * @returns {Promise<{outcome: string, bad: string | null}>} `bad`: what no file may do.
 */
export async function outcomeOf(path, { samples: mostSamples, lengthless = false } = { samples: Infinity }) {
  let probe = null;
  try {
    probe = await probeFile(path, OPTIONS);
  } catch (error) {
    if (!(error instanceof AudioError)) return { outcome: 'crashed', bad: `probe: ${error?.stack ?? error}` };
  }
  try {
    const { sampleRateHz, channels, warnings } = await decodeFile(path, OPTIONS), length = channels[0].length;
    const bad = channels.some((channel) => channel.length !== length) ? 'channels of different lengths'
      : channels.some((channel) => channel.some((x) => !Number.isFinite(x))) ? 'samples that are no numbers'
      : length > mostSamples ? `${length} samples where the whole file has ${mostSamples}`
      : length < mostSamples && mostSamples < Infinity && !lengthless && warnings.length === 0 ? `${length} of ${mostSamples} samples without a warning`
      : warnings.length === 0 && typeof probe?.durationSec === 'number' && isWrong(probe, length / sampleRateHz) ? `${length / sampleRateHz} s without a warning, where the headers promise ${probe.durationSec} s`
      : null;
    return { outcome: warnings.length > 0 ? 'warned' : 'decoded', bad };
  } catch (error) {
    if (!(error instanceof AudioError)) return { outcome: 'crashed', bad: `decode: ${error?.stack ?? error}` };
    return { outcome: error.code, bad: null };
  }
}

/** Of MP3 without a tag the headers give an estimate: only less than that is suspicious. */
function isWrong({ container, durationSec }, decodedSec) {
  return durationSec - decodedSec > SLACK_SEC || (container !== 'mp3' && decodedSec - durationSec > SLACK_SEC);
}
