'use strict';
// Files appear whole or not at all: written beside their place, then renamed.
const fs = require('node:fs');
const path = require('node:path');

const PREFIX = '.tmp-stand-in-';

/** Removes what killed runs left in a folder. */
function sweep(folder) {
  if (!fs.existsSync(folder)) return;
  for (const name of fs.readdirSync(folder)) {
    if (name.startsWith(PREFIX)) fs.rmSync(path.join(folder, name), { force: true });
  }
}

/** Writes a file atomically; its folder must exist. */
function writeWhole(file, data) {
  const temporary = path.join(path.dirname(file), `${PREFIX}${process.pid}-${path.basename(file)}`);
  fs.writeFileSync(temporary, data);
  fs.renameSync(temporary, file);
}

const makeDir = (folder) => fs.mkdirSync(folder, { recursive: true });

module.exports = { makeDir, sweep, writeWhole };
