'use strict';
// What api.py and api_v2.py share: loading weights, speaking, faults, uvicorn's lines and exit codes.
const fs = require('node:fs');
const { print, printError } = require('./python.cjs');
const { faultsOf } = require('./faults.cjs');
const { loadVoice, speak } = require('./voice.cjs');
const { readNote } = require('./weights.cjs');

const KINDS = { silence: 'silence', 400: 'refuse', refuse: 'refuse', drop: 'drop', hang: 'hang', slow: 'slow', mix: 'mix', zeros: 'zeros', nan: 'nan', short: 'short', die: 'die' };

/** `api:silence`, `api:silence=2` (the second request only), `api:slow=3000` (ms), `api:400=words`. */
function rules() {
  return faultsOf('api').all.flatMap(({ fault, value }) => {
    const kind = KINDS[fault];
    if (kind === undefined) return [];
    if (value === null) return [{ kind }];
    if (kind === 'slow') return [{ kind, delayMs: Number(value) }];
    if (kind === 'refuse' && Number.isNaN(Number(value))) return [{ kind, message: value }];
    return [{ kind, requests: value.split(/[+ ]/).map(Number) }];
  });
}

/** Refuses what the engine refuses, in its words. */
function loadWeights(kind, path) {
  if (!fs.existsSync(path)) throw new Error(`[Errno 2] No such file or directory: '${path}'`);
  const note = readNote(path);
  if (note === null) return; // a pretrained placeholder
  if (kind === 'gpt' && note.kind.startsWith('sovits')) throw new Error('unpickling stack underflow');
  if (kind === 'sovits' && note.kind.startsWith('gpt')) throw new Error("'filter_length'");
}

const voices = new Map();
function voiceOf(gptPath, sovitsPath) {
  const stamp = (path) => (path !== null && fs.existsSync(path) ? `${path}@${fs.statSync(path).mtimeMs}` : String(path));
  const key = `${stamp(gptPath)}|${stamp(sovitsPath)}`;
  if (!voices.has(key)) voices.set(key, loadVoice(gptPath ?? '', sovitsPath ?? ''));
  return voices.get(key);
}

async function testing() {
  try {
    return await import('@voxtune/inference-client/testing');
  } catch (error) {
    printError(`stand-in engine: its server is @voxtune/inference-client/testing, which cannot be loaded here (${error.code ?? error.message}).`);
    printError('Build the workspace first (npm run build in the repository), and run this folder where it lies in it.');
    process.exit(1);
  }
}

/** Ends as the signal alone would have ended it, as uvicorn does. */
function endBy(signal, server) {
  process.on(signal, () => {
    if (faultsOf('api').has('deaf') || server.blocked()) return;
    printError('INFO:     Shutting down\nINFO:     Finished server process');
    void server.close().then(() => {
      process.removeAllListeners(signal);
      process.kill(process.pid, signal);
    });
  });
}

/** Serves until it is stopped. `command` restarts and exits are the caller's. */
async function serve({ dialect, host, port, weights, version, prompt, lines = [], onWeights = () => undefined }) {
  const { startStandInServer } = await testing();
  for (const line of lines) printError(line);
  printError(`INFO:     Started server process [${process.pid}]\nINFO:     Waiting for application startup.\nINFO:     Application startup complete.`);
  let server;
  try {
    server = await startStandInServer({
      dialect, host, port, version, weights,
      ...(prompt === undefined ? {} : { prompt }),
      faults: rules(),
      loadWeights(kind, path) {
        onWeights(kind, path);
        loadWeights(kind, path);
        print(`Loading ${kind === 'gpt' ? 'Text2Semantic' : 'VITS'} weights from ${path}`);
      },
      speak: (request, voice) =>
        speak(voiceOf(voice.gptPath, voice.sovitsPath), { text: request.text, speed: request.speed, seed: request.seed, prompt: voice.promptAudioPath }),
      onAccess: print,
      onDie: () => process.kill(process.pid, 'SIGKILL'),
      onControl(command) {
        if (command === 'exit') process.kill(process.pid, 'SIGTERM');
        else void server.close().then(() => serve({ dialect, host, port, weights: server.weights(), version, ...(prompt === undefined ? {} : { prompt }), onWeights }));
      },
    });
  } catch (error) {
    if (error.code !== 'EADDRINUSE') throw error;
    printError(`ERROR:    [Errno 98] error while attempting to bind on address ('${host}', ${port}): address already in use`);
    printError('INFO:     Waiting for application shutdown.\nINFO:     Application shutdown complete.');
    process.exit(3);
  }
  for (const signal of ['SIGTERM', 'SIGINT']) {
    process.removeAllListeners(signal);
    endBy(signal, server);
  }
  printError(`INFO:     Uvicorn running on ${server.url} (Press CTRL+C to quit)`);
  // Faults may change while it runs: the file is looked at before each request would be too often.
  fs.watchFile(require('node:path').join(require('./python.cjs').ROOT, 'stand-in-faults.json'), { interval: 500, persistent: false }, () => server.setFaults(rules()));
}

module.exports = { loadWeights, serve };
