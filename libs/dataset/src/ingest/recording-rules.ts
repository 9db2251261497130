import type { AudioMeasurements } from '@voxtune/audio';
import type { Finding } from '../findings.js';

/** The guide's rules for recordings (DESIGN §7); the figures are the guide's. */
export const RECORDING_RULES = {
  formats: ['wav', 'mp3', 'm4a', 'flac'],
  sampleRatesHz: [22_050, 44_100],
  minSec: 10,
  maxSec: 300,
  minSnrDb: 20,
  minFiles: 20,
  recommendedFiles: 50,
  /** Below this a recording cannot hold an utterance (guide). */
  rejectUnderSec: 1,
  /** Real bandwidth: a warning below the first, a note below the second (DESIGN §7). */
  warnBandwidthHz: 7000,
  noteBandwidthHz: 10_000,
  /** A recording that never exceeds this is silent: 20 dB under the slicer's own −40 dBFS (GPT-SoVITS 48b1a01, tools/slicer2.py). */
  silentPeakDbfs: -60,
} as const;

/** The findings that reject a recording unless told otherwise (DESIGN §7). */
export const DEFAULT_REJECT = ['RECORDING_NOT_AUDIO', 'RECORDING_UNREADABLE', 'RECORDING_UNDECODABLE', 'RECORDING_EMPTY', 'RECORDING_SILENT', 'RECORDING_TOO_SHORT'] as const;

/** What the rules look at. */
export type RecordingFacts = {
  readonly format: string;
  readonly sampleRateHz: number;
  readonly channels: number;
  readonly durationSec: number;
  readonly measurements: Pick<AudioMeasurements, 'peakDbfs' | 'snrDb' | 'bandwidthHz'>;
};

/** Applies the guide's rules to one decoded recording. Each finding carries the measured value. */
export function checkRecording(facts: RecordingFacts): Finding[] {
  const { format, sampleRateHz, channels, durationSec, measurements } = facts;
  const rules = RECORDING_RULES;
  const found: Finding[] = [];
  const add = (code: Finding['code'], level: Finding['level'], value: number | string | null, message: string) => found.push({ code, level, message, value });
  if (durationSec <= 0) return [{ code: 'RECORDING_EMPTY', level: 'reject', message: 'it holds no samples', value: 0 }];
  if (durationSec < rules.rejectUnderSec) add('RECORDING_TOO_SHORT', 'reject', durationSec, `${durationSec.toFixed(2)} s long; under ${rules.rejectUnderSec} s holds no utterance`);
  else if (durationSec < rules.minSec) add('RECORDING_SHORT', 'warning', durationSec, `${durationSec.toFixed(1)} s long; ${rules.minSec} s to ${rules.maxSec / 60} min asked for`);
  if (durationSec > rules.maxSec) add('RECORDING_LONG', 'warning', durationSec, `${(durationSec / 60).toFixed(1)} min long; ${rules.minSec} s to ${rules.maxSec / 60} min asked for`);
  const { peakDbfs, snrDb, bandwidthHz } = measurements;
  if (peakDbfs === null || peakDbfs < rules.silentPeakDbfs) {
    add('RECORDING_SILENT', 'reject', peakDbfs, peakDbfs === null ? 'digital silence throughout' : `never louder than ${peakDbfs.toFixed(1)} dBFS`);
    return found;
  }
  if (snrDb !== null && snrDb <= rules.minSnrDb) add('RECORDING_SNR', 'warning', snrDb, `signal-to-noise ratio ${snrDb.toFixed(1)} dB; more than ${rules.minSnrDb} dB asked for`);
  if (bandwidthHz !== null && bandwidthHz < rules.noteBandwidthHz) {
    const low = bandwidthHz < rules.warnBandwidthHz;
    add('RECORDING_BANDWIDTH', low ? 'warning' : 'note', bandwidthHz, `the sound ends at ${Math.round(bandwidthHz)} Hz${low ? ', as on a telephone: the voice will sound dull' : ''}`);
  }
  if (!(rules.formats as readonly string[]).includes(format)) add('RECORDING_FORMAT', 'note', format, `${format}; WAV, MP3, M4A or FLAC asked for`);
  if (!(rules.sampleRatesHz as readonly number[]).includes(sampleRateHz)) add('RECORDING_RATE', 'note', sampleRateHz, `${sampleRateHz} Hz; 22050 or 44100 Hz asked for`);
  if (channels > 1) add('RECORDING_CHANNELS', 'note', channels, `${channels} channels; mono asked for`);
  return found;
}

/** Applies the guide's rules to the number of recordings that can be used. */
export function checkRecordingCount(kept: number): Finding[] {
  const { minFiles, recommendedFiles } = RECORDING_RULES;
  if (kept === 0) return [{ code: 'RECORDINGS_NONE', level: 'reject', message: 'no recording can be used', value: 0 }];
  if (kept < minFiles) return [{ code: 'RECORDINGS_FEW', level: 'warning', message: `${kept} recording${kept === 1 ? '' : 's'}; at least ${minFiles} asked for, ${recommendedFiles} recommended`, value: kept }];
  if (kept < recommendedFiles) return [{ code: 'RECORDINGS_FEW', level: 'note', message: `${kept} recordings; ${recommendedFiles} recommended`, value: kept }];
  return [];
}
