import type { ExportItem } from './export-item.js';

const oneLine = (text: string) => text.replace(/\s*[\r\n\u0085\u2028\u2029]+\s*/g, ' ').trim();
const stamp = (sec: number, mark: ',' | '.') => {
  const ms = Math.round(sec * 1000);
  const pad = (value: number, width = 2) => String(value).padStart(width, '0');
  return `${pad(Math.floor(ms / 3_600_000))}:${pad(Math.floor(ms / 60_000) % 60)}:${pad(Math.floor(ms / 1000) % 60)}${mark}${pad(ms % 1000, 3)}`;
};

/** Formats one recording's words as SubRip subtitles. Times are rounded to milliseconds. */
export function formatSrt(items: readonly ExportItem[]): string {
  return items.map(({ startSec, endSec, text }, at) => `${at + 1}\n${stamp(startSec, ',')} --> ${stamp(endSec, ',')}\n${oneLine(text)}\n\n`).join('');
}

/** Formats one recording's words as WebVTT (https://www.w3.org/TR/webvtt1/). Times are rounded to milliseconds. */
export function formatVtt(items: readonly ExportItem[]): string {
  const escape = (text: string) => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
  return `WEBVTT\n\n${items.map(({ startSec, endSec, text }) => `${stamp(startSec, '.')} --> ${stamp(endSec, '.')}\n${escape(oneLine(text))}\n\n`).join('')}`;
}

/** Formats one recording's words as an Audacity label track (Audacity manual, "Importing and Exporting Labels"): six decimals. */
export function formatAudacityLabels(items: readonly ExportItem[]): string {
  return items.map(({ startSec, endSec, text }) => `${startSec.toFixed(6)}\t${endSec.toFixed(6)}\t${oneLine(text).replaceAll('\t', ' ')}\n`).join('');
}

/**
 * Formats one recording's words as a Praat TextGrid, long form, one interval tier named `utterances` that covers the whole: silence is an interval without text.
 * An interval tier cannot hold two intervals at a time: an item that overlaps the one before it begins where that ends; one that lies inside it is left out.
 */
export function formatTextGrid(items: readonly ExportItem[], durationSec: number): string {
  const intervals: { start: number; end: number; text: string }[] = [];
  let at = 0;
  for (const { startSec, endSec, text } of items) {
    const start = Math.max(startSec, at);
    if (endSec <= start) continue;
    if (start > at) intervals.push({ start: at, end: start, text: '' });
    intervals.push({ start, end: endSec, text });
    at = endSec;
  }
  const end = Math.max(durationSec, at);
  if (end > at) intervals.push({ start: at, end, text: '' });
  const body = intervals.map((interval, index) => `        intervals [${index + 1}]:\n            xmin = ${interval.start} \n            xmax = ${interval.end} \n            text = "${interval.text.replaceAll('"', '""')}" \n`).join('');
  return `File type = "ooTextFile"\nObject class = "TextGrid"\n\nxmin = 0 \nxmax = ${end} \ntiers? <exists> \nsize = 1 \nitem []: \n    item [1]:\n        class = "IntervalTier" \n        name = "utterances" \n        xmin = 0 \n        xmax = ${end} \n        intervals: size = ${intervals.length} \n${body}`;
}
