// Against scores made by the published flow in Python. The clips and models are not in this repository; where they are not
// beside it these tests are skipped, and log-mel.test.ts and dnsmos.test.ts hold the parts.
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { decodeWav } from '@voxtune/audio';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createDnsmos, type Dnsmos } from './dnsmos.js';
import { openModel } from '../onnx/session.js';
import { doubleToSegment, planDnsmosSegments } from './dnsmos-windows.js';
import { openSharedP835 } from './p835-shared.js';
import { createLogMel } from './log-mel.js';

const shared = new URL('../../../../../shared/', import.meta.url);
const path = (name: string): string => fileURLToPath(new URL(name, shared));
const present = existsSync(path('models/dnsmos/model_v8.onnx')) && existsSync(path('vectors/dnsmos')) && existsSync(path('data/ljspeech'));
type Golden = { readonly files: readonly { readonly file: string; readonly SIG: number; readonly BAK: number; readonly OVRL: number; readonly P808_MOS: number; readonly segments: number; readonly per_segment_raw_sig_bak_ovr: readonly (readonly number[])[]; readonly per_segment_p808: readonly number[] }[] };
const golden = (name: string): Golden => JSON.parse(readFileSync(path(`vectors/dnsmos/${name}`), 'utf8')) as Golden;
const readMono = (name: string) => {
  const { channels, sampleRateHz } = decodeWav(readFileSync(path(name)));
  return { samples: channels[0]!, sampleRateHz };
};

describe.skipIf(!present)('DNSMOS against dnsmos_local.py (skipped without ../shared)', () => {
  describe.each([
    ['librosa-0.8.1', 'dnsmos_16k_clips_librosa081.json', 'librosa081'],
    ['librosa-0.11', 'dnsmos_16k_clips_librosa011.json', 'librosa011'],
  ] as const)('%s', (melVariant, file, suffix) => {
    let dnsmos: Dnsmos;
    beforeAll(async () => {
      dnsmos = await createDnsmos({ p835: path('models/dnsmos/sig_bak_ovr.onnx'), p808: path('models/dnsmos/model_v8.onnx'), melVariant });
    });
    afterAll(() => dnsmos.dispose());

    it('agrees to 1e-3 on clips at 16 kHz, every segment', async () => {
      for (const expected of golden(file).files) {
        const { samples, sampleRateHz } = readMono(`vectors/${expected.file}`);
        const score = await dnsmos.score(samples, sampleRateHz);
        expect(score.segments).toHaveLength(expected.segments);
        for (const [ours, theirs] of [[score.sig, expected.SIG], [score.bak, expected.BAK], [score.ovrl, expected.OVRL], [score.p808, expected.P808_MOS]] as const) {
          expect(Math.abs(ours! - theirs), expected.file).toBeLessThan(1e-3);
        }
        score.segments.forEach((segment, i) => {
          expect(Math.abs(segment.raw!.sig - expected.per_segment_raw_sig_bak_ovr[i]![0]!)).toBeLessThan(1e-3);
          expect(Math.abs(segment.p808! - expected.per_segment_p808[i]!)).toBeLessThan(1e-3);
        });
      }
    });

    it('has the P.808 feature to 1e-4', () => {
      const bytes = readFileSync(path(`vectors/dnsmos/p808_mel_funasr_asr_example.${suffix}.f32`));
      const expected = new Float32Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength));
      const feature = createLogMel(melVariant)(doubleToSegment(readMono('data/zh/funasr_asr_example.wav').samples).subarray(0, 144_000));
      expect(feature).toHaveLength(expected.length);
      let worst = 0;
      feature.forEach((value, i) => { worst = Math.max(worst, Math.abs(value - expected[i]!)); });
      expect(worst).toBeLessThan(1e-4); // cells 80 dB down hold float32 rounding of the filters
    });
  });

  it('gives each window the numbers of the whole model, to 1e-6, however many share their work', async () => {
    const bytes = readFileSync(path('models/dnsmos/sig_bak_ovr.onnx'));
    const whole = await openModel(bytes, 'whole', {});
    const shared = (await openSharedP835(bytes, {}))!;
    const { samples } = readMono('data/zh/funasr_asr_example.wav');
    const clip = doubleToSegment(Float32Array.from({ length: 16_000 * 16 }, (_, n) => samples[n % samples.length]!));
    const windows = planDnsmosSegments(clip.length);
    expect(windows.length).toBeGreaterThanOrEqual(7); // two stretches of the convolutions, the second not full
    const together = await shared.scoreWindows(clip, windows, undefined);
    for (const [i, { start, end }] of windows.entries()) {
      if (i % 3 !== 0 && i !== windows.length - 1) continue; // the whole model is slow
      const alone = (await whole.session.run({ input_1: { data: clip.slice(start, end), dims: [1, end - start] } }))['Identity:0']!.data;
      alone.forEach((value, output) => expect(Math.abs(together[i]![output]! - value), `window ${i}`).toBeLessThan(1e-6));
    }
    await shared.release();
    await whole.session.release();
  }, 120_000);

  it('shares nothing with a model it does not know', async () => {
    expect(await openSharedP835(readFileSync(path('models/dnsmos/model_v8.onnx')), {})).toBeNull();
  });

  it.each([
    ['librosa-0.8.1', 'dnsmos_librosa081_kaiser_best.json', 1e-3, ['ljspeech/wavs/LJ001-0001.wav', 'ljspeech/wavs/LJ001-0028.wav', 'zh/cosyvoice_zero_shot_prompt.wav']],
    ['librosa-0.11', 'dnsmos_librosa011_soxr_hq.json', 0.01, ['ljspeech/wavs/LJ001-0001.wav', 'ljspeech/wavs/LJ001-0028.wav']], // another resampler than soxr, of its class
  ] as const)('agrees with the %s set from other rates, segment counts too', { timeout: 120_000 }, async (melVariant, file, tolerance, clips) => {
    const dnsmos = await createDnsmos({ p835: path('models/dnsmos/sig_bak_ovr.onnx'), p808: path('models/dnsmos/model_v8.onnx'), melVariant });
    for (const name of clips) {
      const expected = golden(file).files.find((one) => one.file === name)!;
      const { samples, sampleRateHz } = readMono(`data/${name}`);
      const score = await dnsmos.score(samples, sampleRateHz);
      expect(score.segments).toHaveLength(expected.segments);
      for (const [ours, theirs] of [[score.sig, expected.SIG], [score.bak, expected.BAK], [score.ovrl, expected.OVRL], [score.p808, expected.P808_MOS]] as const) {
        expect(Math.abs(ours! - theirs), name).toBeLessThan(tolerance);
      }
    }
    await dnsmos.dispose();
  });
});
