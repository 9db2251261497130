'use strict';
// tools/cmd-denoise.py (-i DIR -o DIR -p PRECISION), the guide's tools/uvr5/separate.py (--input FILE --output DIR --model NAME) and the bridge of @voxtune/dataset (--jobs FILE):
// quiet samples are made quieter, so the result has less noise. Faults of stage `clean`: empty (ends well, made nothing), worse (adds noise), oom.
const fs = require('node:fs');
const path = require('node:path');
const { parseArgs, print, run } = require('./python.cjs');
const { makeDir, writeWhole } = require('./files.cjs');
const { atStart, faultsOf, outOfMemory } = require('./faults.cjs');
const { loadAudio, toInt16, wavOfInt16 } = require('./wav.cjs');

const GATE = 0.03; // of full scale: above a room's hiss, below speech
const GATED = 0.3;

function clean(input, output, rateHz, faults) {
  if (faults.has('oom')) throw outOfMemory();
  if (faults.has('empty')) return;
  const samples = loadAudio(input, rateHz).map((value, i) => (faults.has('worse') ? value + ((i * 7919) % 8001) / 32000 - 0.125 : Math.abs(value) < GATE ? value * GATED : value));
  writeWhole(output, wavOfInt16(toInt16(samples), rateHz));
}

/** @param form - 'denoise', 'guide' or 'bridge'. */
module.exports = (form) => run(async () => {
  const faults = faultsOf('clean');
  await atStart(faults);
  if (form === 'denoise') {
    const { input, output } = parseArgs({ '-i': ['input', true], '-o': ['output', true], '-p': ['precision', true] });
    makeDir(output);
    for (const name of fs.readdirSync(input)) clean(path.join(input, name), path.join(output, name), 16000, faults);
    return;
  }
  if (form === 'guide') {
    const { input, output } = parseArgs({ '--input': ['input', true], '--output': ['output', true], '--model': ['model', true] });
    clean(input, path.join(output, `vocal_${path.basename(input)}`), 44100, faults);
    return;
  }
  const { jobs } = parseArgs({ '--model': ['model', true], '--device': ['device', true], '--half': ['half', true], '--agg': ['agg', true], '--jobs': ['jobs', true] });
  JSON.parse(fs.readFileSync(jobs, 'utf8')).forEach(({ input, folder }, index) => {
    clean(input, path.join(folder, `vocal_${path.basename(input)}_10.wav`), 44100, faults);
    print(`@job ${JSON.stringify({ index, error: null })}`);
  });
});
