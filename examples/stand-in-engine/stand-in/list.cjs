'use strict';
// The training list, as the four prepare scripts read it.
const fs = require('node:fs');
const path = require('node:path');
const { PyError, fileNotFound } = require('./python.cjs');

/** The lines of this process's part: every `all_parts`-th from `i_part`. */
function readPart(script, line) {
  const file = process.env.inp_text ?? '';
  if (!fs.existsSync(file)) throw fileNotFound(file, [[script, line, '<module>', 'with open(inp_text, "r", encoding="utf8") as f:']]);
  const lines = fs.readFileSync(file, 'utf8').replace(/^\n+|\n+$/g, '').split('\n');
  const part = Number(process.env.i_part ?? 0);
  const parts = Number(process.env.all_parts ?? 1);
  return lines.filter((_, i) => i % parts === part);
}

/** The four columns of a line; Python's error for another number of them. */
function columns(line, script, at) {
  const fields = line.split('|');
  const frames = [[script, at, '<module>', 'wav_name, spk_name, language, text = line.split("|")']];
  if (fields.length > 4) throw new PyError('ValueError', 'too many values to unpack (expected 4)', frames);
  if (fields.length < 4) throw new PyError('ValueError', `not enough values to unpack (expected 4, got ${fields.length})`, frames);
  const [wav, speaker, language, text] = fields;
  return { wav, speaker, language, text, name: path.basename(wav) };
}

const need = (name) => {
  const value = process.env[name];
  if (value === undefined || value === '') throw new PyError('TypeError', `environment variable ${name} is not set`);
  return value;
};

module.exports = { columns, need, readPart };
