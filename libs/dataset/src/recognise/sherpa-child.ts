/**
 * The program of the process that the addon runs in, handed to `node -e` so that it needs no file of its own in any bundle. Arguments: the addon's module, the model's configuration as JSON.
 * It reads one path a line and answers `voxtune:` and JSON a line, `{"ready": true}` first. Its clips are mono WAV of 16-bit PCM, which `readWave` of the addon reads.
 */
export const SHERPA_CHILD = `
const say = (value) => process.stdout.write('voxtune:' + JSON.stringify(value) + '\\n');
try {
  const sherpa = require(process.argv[1]);
  const recognizer = new sherpa.OfflineRecognizer({ featConfig: { sampleRate: 16000, featureDim: 80 }, modelConfig: JSON.parse(process.argv[2]) });
  say({ ready: true });
  require('node:readline').createInterface({ input: process.stdin }).on('line', (line) => {
    try {
      const wave = sherpa.readWave(JSON.parse(line), false);
      const stream = recognizer.createStream();
      stream.acceptWaveform({ samples: wave.samples, sampleRate: wave.sampleRate });
      recognizer.decode(stream);
      const { text, lang, tokens, timestamps } = recognizer.getResult(stream);
      say({ text, lang, tokens, timestamps });
    } catch (error) {
      say({ failed: String(error && error.message || error) });
    }
  });
} catch (error) {
  say({ failed: String(error && error.message || error) });
}
`;
