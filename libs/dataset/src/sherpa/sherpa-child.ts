/**
 * The program of the process that the addon runs in, handed to `node -e` so that it needs no file of its own in any bundle. Arguments: the addon's module, the task, the configuration as JSON.
 * It reads one question a line and answers `voxtune:` and JSON a line, `{"ready": true}` first. Its sound is mono WAV of 16-bit PCM, which the addon reads and writes itself.
 */
export const SHERPA_CHILD = `
const say = (value) => process.stdout.write('voxtune:' + JSON.stringify(value) + '\\n');
const failed = (error) => say({ failed: String(error && error.message || error) });
try {
  const sherpa = require(process.argv[1]);
  const config = JSON.parse(process.argv[3]);
  const tasks = {
    recognise: () => {
      const recognizer = new sherpa.OfflineRecognizer(config);
      return ({ wav }) => {
        const wave = sherpa.readWave(wav, false);
        const stream = recognizer.createStream();
        stream.acceptWaveform({ samples: wave.samples, sampleRate: wave.sampleRate });
        recognizer.decode(stream);
        const { text, lang, tokens, timestamps } = recognizer.getResult(stream);
        return { text, lang, tokens, timestamps };
      };
    },
    denoise: () => {
      const denoiser = new sherpa.OfflineSpeechDenoiser(config);
      return ({ wav, out }) => {
        const wave = sherpa.readWave(wav, false);
        const { samples, sampleRate } = denoiser.run({ samples: wave.samples, sampleRate: wave.sampleRate, enableExternalBuffer: false });
        if (samples.length === 0) throw new Error('the result is empty');
        if (!samples.every(Number.isFinite)) throw new Error('the result holds numbers that are not finite');
        if (sherpa.writeWave(out, { samples, sampleRate }) === false) throw new Error('the result cannot be written');
        return { samples: samples.length, sampleRateHz: sampleRate };
      };
    },
    diarize: () => {
      const diarization = new sherpa.OfflineSpeakerDiarization(config);
      return ({ wav }) => ({ turns: diarization.process(sherpa.readWave(wav, false).samples) });
    },
  };
  const answer = tasks[process.argv[2]]();
  say({ ready: true });
  require('node:readline').createInterface({ input: process.stdin }).on('line', (line) => {
    try { say(answer(JSON.parse(line))); } catch (error) { failed(error); }
  });
} catch (error) {
  failed(error);
}
`;
