'use strict';
// Files appear whole or not at all: written beside their place, then renamed.
const fs = require('node:fs');
const path = require('node:path');

const PREFIX = '.tmp-stand-in-';

/** The name that a file has while the process writes it. */
const temporaryName = (name, pid = process.pid) => `${PREFIX}${pid}-${name}`;

function isRunning(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === 'EPERM';
  }
}

/** Removes what killed runs left in a folder; what another part is writing stays. */
function sweep(folder) {
  if (!fs.existsSync(folder)) return;
  for (const name of fs.readdirSync(folder)) {
    if (name.startsWith(PREFIX) && !isRunning(Number.parseInt(name.slice(PREFIX.length), 10))) fs.rmSync(path.join(folder, name), { force: true });
  }
}

/** Writes a file atomically; its folder must exist. */
function writeWhole(file, data) {
  const temporary = path.join(path.dirname(file), temporaryName(path.basename(file)));
  fs.writeFileSync(temporary, data);
  fs.renameSync(temporary, file);
}

const makeDir = (folder) => fs.mkdirSync(folder, { recursive: true });

module.exports = { makeDir, sweep, temporaryName, writeWhole };
