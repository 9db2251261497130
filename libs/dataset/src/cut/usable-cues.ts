import type { Cue } from '../transcript/cue.js';
import type { Finding, FindingCode } from '../findings.js';
import { CLIP_LIMITS } from './clip-limits.js';

/** A cue on the sample grid, with the cue it came from. */
export type PlacedCue = { readonly start: number; readonly end: number; readonly cue: Cue };
/** A cue that no clip is made of, and why. */
export type DroppedCue = { readonly cues: readonly Cue[]; readonly start: number; readonly end: number; readonly reason: string };
export type UsableCues = { readonly usable: readonly PlacedCue[]; readonly dropped: readonly DroppedCue[]; readonly findings: readonly Finding[] };

/** A finding about a cue, naming its file and line. */
export function cueFinding(code: FindingCode, level: Finding['level'], cue: Cue, message: string, value: number | string | null): Finding {
  return { code, level, message: `${cueName(cue)}: ${message}`, value, ...(cue.file === undefined ? {} : { file: cue.file }), ...(cue.line === undefined ? {} : { line: cue.line }) };
}

/** How a cue is named in messages. */
export function cueName(cue: Cue): string {
  const { startSec, endSec } = cue.inRecording ?? cue;
  const times = `cue ${startSec.toFixed(3)}–${endSec.toFixed(3)} s`;
  return cue.file === undefined ? times : `${times} (${cue.file}${cue.line === undefined ? '' : `, line ${cue.line}`})`;
}

/**
 * Puts the cues of one recording on the sample grid, in order of time, and sets aside those that cannot be cut:
 * no length, no text, outside the recording. Cues that begin slightly early or end slightly late are brought to the recording's start or end;
 * tiny overlaps are split in the middle. Law: every cue is in `usable` or in `dropped`.
 */
export function placeCues(cues: readonly Cue[], totalSamples: number, sampleRateHz: number): UsableCues {
  const grid = (sec: number) => Math.round(sec * sampleRateHz);
  const totalSec = totalSamples / sampleRateHz;
  const usable: PlacedCue[] = [];
  const dropped: DroppedCue[] = [];
  const findings: Finding[] = [];
  const drop = (code: FindingCode, cue: Cue, reason: string) => {
    dropped.push({ cues: [cue], start: Math.max(0, grid(cue.startSec)), end: Math.max(0, grid(cue.endSec)), reason: `${cueName(cue)}: ${reason}` });
    findings.push(cueFinding(code, 'reject', cue, reason, cue.endSec));
  };
  for (const cue of [...cues].sort((a, b) => a.startSec - b.startSec || a.endSec - b.endSec)) {
    const lateSec = cue.endSec - totalSec;
    if (!(grid(cue.endSec) > grid(cue.startSec))) drop('CUE_EMPTY', cue, 'it has no length');
    else if (grid(cue.endSec) <= 0) drop('CUE_OUTSIDE', cue, 'it ends before the recording begins');
    else if (cue.startSec < -CLIP_LIMITS.outsideMs / 1000) drop('CUE_OUTSIDE', cue, `it begins ${(-cue.startSec).toFixed(2)} s before the recording does`);
    else if (grid(cue.startSec) >= totalSamples) drop('CUE_OUTSIDE', cue, `it starts after the recording ends (${totalSec.toFixed(3)} s)`);
    else if (lateSec > CLIP_LIMITS.outsideMs / 1000) drop('CUE_OUTSIDE', cue, `it ends ${lateSec.toFixed(2)} s after the recording does (${totalSec.toFixed(3)} s)`);
    else if (cue.text.trim() === '') drop('CUE_EMPTY', cue, 'it has no text');
    else if (usable.slice(-4).some((u) => u.cue.startSec === cue.startSec && u.cue.endSec === cue.endSec && u.cue.text.trim() === cue.text.trim())) drop('CUE_OVERLAP', cue, 'it repeats a cue word for word');
    else {
      if (grid(cue.endSec) > totalSamples) findings.push(cueFinding('CUE_OUTSIDE', 'note', cue, `it ends ${lateSec.toFixed(3)} s after the recording does and was brought to its end`, cue.endSec));
      if (grid(cue.startSec) < 0) findings.push(cueFinding('CUE_OUTSIDE', 'note', cue, `it begins ${(-cue.startSec).toFixed(3)} s before the recording does and was brought to its start`, cue.startSec));
      usable.push({ start: Math.max(0, grid(cue.startSec)), end: Math.min(grid(cue.endSec), totalSamples), cue });
    }
  }
  for (let at = 1; at < usable.length; at += 1) {
    const [before, after] = [usable[at - 1]!, usable[at]!];
    const overlap = before.end - after.start;
    if (overlap <= 0 || overlap > grid(CLIP_LIMITS.overlapMs / 1000) || overlap >= Math.min(before.end - before.start, after.end - after.start)) continue;
    const middle = after.start + Math.round(overlap / 2);
    usable[at - 1] = { ...before, end: middle };
    usable[at] = { ...after, start: middle };
    findings.push(cueFinding('CUE_OVERLAP', 'note', after.cue, `it starts ${((overlap / sampleRateHz) * 1000).toFixed(0)} ms before the one before it ends; they meet in the middle`, overlap / sampleRateHz));
  }
  return { usable, dropped, findings };
}
