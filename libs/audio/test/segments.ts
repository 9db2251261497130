// The true utterances of the reference recordings, and what a plan loses of them.
import { readFileSync } from 'node:fs';
import { type SampleRange } from '../src/pcm.js';
import { hasShared, SHARED } from './signals.js';

export const RECORDINGS = ['recording_01.wav', 'recording_02.mp3', 'recording_03.m4a', 'recording_04.flac'] as const;
export const hasSegments = hasShared('data/recordings/segments.tsv');

/** One utterance and what the plan keeps of it, in seconds: lost before the first and after the last kept sample, and the loudest 50 ms dropped between, dBFS. */
export type Loss = { readonly utterance: string; readonly startSec: number; readonly endSec: number; readonly insideDbfs: number };

/** What `ranges` lose of each utterance of a recording. */
export function lossesOf(file: string, ranges: readonly SampleRange[], samples: Float32Array, sampleRateHz: number): Loss[] {
  const lines = readFileSync(`${SHARED}data/recordings/segments.tsv`, 'utf8').trim().split('\n').slice(1).map((line) => line.split('\t'));
  return lines.filter(([recording]) => file.startsWith(`${recording!}.`)).map(([, utterance, startSec, endSec]) => {
    const from = Math.round(Number(startSec) * sampleRateHz), to = Math.round(Number(endSec) * sampleRateHz);
    const kept = ranges.filter(({ start, end }) => end > from && start < to);
    const first = kept[0]?.start ?? to, last = kept.at(-1)?.end ?? from;
    let insideDbfs = -Infinity;
    kept.slice(1).forEach(({ start }, k) => { insideDbfs = Math.max(insideDbfs, loudest(samples, kept[k]!.end, start, Math.round(0.05 * sampleRateHz))); });
    return { utterance: utterance!, startSec: Math.max(0, first - from) / sampleRateHz, endSec: Math.max(0, to - last) / sampleRateHz, insideDbfs };
  });
}

/** The highest RMS level of frames in `[from, to)`, dBFS. */
export function loudest(samples: Float32Array, from: number, to: number, frame: number): number {
  let most = 0;
  for (let at = from; at < to; at += frame) {
    let sum = 0;
    for (let i = at; i < Math.min(at + frame, to); i++) sum += samples[i]! ** 2;
    most = Math.max(most, sum / frame);
  }
  return 10 * Math.log10(most);
}
