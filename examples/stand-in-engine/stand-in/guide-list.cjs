'use strict';
// The guide's lists: audio_path|speaker|text, one a line, # comments.
const fs = require('node:fs');
const path = require('node:path');
const { PyError, fileNotFound, print } = require('./python.cjs');

const LEAST = 100;

/** Reads a list; repeats it as the engine does with few items. */
function readList(file) {
  if (file === undefined || !fs.existsSync(file)) throw fileNotFound(file, []);
  const rows = fs.readFileSync(file, 'utf8').split('\n').filter((line) => line.trim() !== '' && !line.startsWith('#')).map((line) => line.split('|'));
  const kept = rows.filter((row) => row.length === 3 && fs.existsSync(row[0]));
  for (const row of rows) if (!kept.includes(row)) print(`skipped: ${row.join('|')}`);
  if (kept.length === 0) throw new PyError('ZeroDivisionError', 'division by zero');
  const length = kept.length < LEAST ? kept.length * Math.max(2, Math.floor(LEAST / kept.length)) : kept.length;
  print(`dataset.__len__(): ${length}`);
  return { length, names: kept.map(([wav]) => path.basename(wav)), files: kept.map(([wav]) => wav) };
}

module.exports = { readList };
