'use strict';
// What Python does that Node does not: tracebacks, `print`, exit codes.
const fs = require('node:fs');
const path = require('node:path');

/** The root of this folder: where the engine's scripts are. */
const ROOT = path.resolve(__dirname, '..');

const write = (fd, text) => {
  const bytes = Buffer.from(text);
  for (let at = 0; at < bytes.length; ) {
    try {
      at += fs.writeSync(fd, bytes, at);
    } catch (error) {
      if (error.code !== 'EAGAIN') throw error; // a full pipe: try again
    }
  }
};
const print = (text = '') => write(1, `${text}\n`);
const printError = (text = '') => write(2, `${text}\n`);

/** A Python exception: its class and message. `frames` are [file, line, function, code]; files are relative to the root. */
class PyError extends Error {
  constructor(type, message, frames = []) {
    super(message);
    this.type = type;
    this.frames = frames;
  }
}

const fileNotFound = (file, frames) => new PyError('FileNotFoundError', `[Errno 2] No such file or directory: '${file}'`, frames);

/** The traceback as Python prints it, without a last newline. */
function traceback(error, top = []) {
  const frames = [...top, ...error.frames];
  const lines = frames.flatMap(([file, line, where, code]) => [`  File "${path.join(ROOT, file)}", line ${line}, in ${where}`, `    ${code}`]);
  return ['Traceback (most recent call last):', ...lines, error.message === '' ? error.type : `${error.type}: ${error.message}`].join('\n');
}

/** Runs a script's main function; a PyError ends the process as an uncaught exception does. */
function run(main, top = []) {
  const fail = (error) => {
    printError(error instanceof PyError ? traceback(error, top) : `stand-in engine: ${error.stack}`);
    process.exit(1);
  };
  try {
    Promise.resolve(main()).catch(fail);
  } catch (error) {
    fail(error);
  }
}

/** Whether PYTHONPATH holds a folder of this checkout, as the real scripts need for `tools.*` and `text.*`. */
function onPythonPath(folder) {
  const wanted = fs.realpathSync(path.join(ROOT, folder));
  const entries = (process.env.PYTHONPATH || '').split(path.delimiter).filter((entry) => entry !== '');
  return entries.some((entry) => fs.existsSync(entry) && fs.realpathSync(entry) === wanted);
}

/** Whether the working directory is the checkout's root; half of the engine's paths are relative to it. */
const atRoot = () => fs.realpathSync(process.cwd()) === fs.realpathSync(ROOT);

/** `--name value` and `-n value` arguments. */
function parseArgs(known, argv = process.argv.slice(2)) {
  const found = {};
  for (let i = 0; i < argv.length; i++) {
    const [flag, inline] = argv[i].split(/=(.*)/s);
    const spec = known[flag];
    if (spec === undefined) {
      printError(`usage: ${path.basename(process.argv[1])} [${Object.keys(known).join('] [')}]\n${path.basename(process.argv[1])}: error: unrecognized arguments: ${argv[i]}`);
      process.exit(2);
    }
    const [name, takesValue] = spec;
    found[name] = takesValue ? (inline ?? argv[++i]) : true;
  }
  return found;
}

/** A number as Python writes it: 9.99875e-05, nan. */
function reprNumber(value) {
  if (Number.isNaN(value)) return 'nan';
  if (Number.isInteger(value)) return String(value);
  const text = Math.abs(value) < 1e-4 ? value.toExponential() : String(value);
  return text.replace(/e([+-])(\d)$/, 'e$10$2');
}

/** A value as Python's `repr` writes it. */
function repr(value) {
  if (value === null || value === undefined) return 'None';
  if (value === true) return 'True';
  if (value === false) return 'False';
  if (typeof value === 'number') return reprNumber(value);
  if (typeof value === 'string') return value.includes("'") && !value.includes('"') ? `"${value}"` : `'${value.replace(/\\/g, '\\\\').replace(/'/g, "\\'")}'`;
  if (Array.isArray(value)) return `[${value.map(repr).join(', ')}]`;
  return `{${Object.entries(value).map(([name, item]) => `${repr(name)}: ${repr(item)}`).join(', ')}}`;
}

const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

module.exports = { ROOT, PyError, atRoot, fileNotFound, onPythonPath, parseArgs, print, printError, repr, reprNumber, run, sleep, traceback, write };
