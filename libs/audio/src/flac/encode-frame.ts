import { type BitWriter } from './bit-writer.js';
import { crc16, crc8 } from './crc.js';
import { FRAME_RATES } from './flac-frame.js';
import { bestFixed, linearPredictor, type Predictor, residuals } from './predict.js';
import { planRice, type RicePlan } from './rice.js';

/** Sample sizes of the frame header: 8, 16 and 24 bits. */
const SIZE_CODES: Readonly<Record<number, number>> = { 8: 1, 16: 4, 24: 6 };

/** One channel of a frame, as it will be written. */
type Subframe = {
  readonly kind: 'constant' | 'verbatim' | 'predicted';
  readonly x: Int32Array;
  /** Bits of a sample, and how many lowest ones are zero in all of them. */
  readonly bits: number;
  readonly wasted: number;
  readonly predictor?: Predictor; readonly rice?: RicePlan; readonly residual?: Int32Array;
  /** Expected bits of all. */
  readonly cost: number;
};

/**
 * Encodes a frame of a fixed-size stream (RFC 9639 §9): the cheapest of constant, verbatim, fixed and linear prediction for each channel, and of two channels as they are or as their half sum and difference.
 * @param planes - Integers, one array a channel.
 * @param writer - Holds the frame afterwards, whole, from its start.
 */
export function encodeFlacFrame(planes: readonly Int32Array[], samples: number, frameNumber: number, { sampleRateHz, bitsPerSample }: { readonly sampleRateHz: number; readonly bitsPerSample: number }, writer: BitWriter): void {
  const { subframes, assignment } = planes.length === 2 ? joined(planes, samples, bitsPerSample)
    : { subframes: planes.map((x) => planSubframe(x, samples, bitsPerSample)), assignment: planes.length - 1 };
  writer.clear();
  writer.write(0xfff8, 16); // sync; all frames but the last of one size
  const blockCode = samples === 4096 ? 12 : 7, rateCode = rateCodeOf(sampleRateHz);
  writer.write(blockCode, 4); writer.write(rateCode, 4); writer.write(assignment, 4); writer.write(SIZE_CODES[bitsPerSample]!, 3); writer.write(0, 1);
  codedNumber(writer, frameNumber);
  if (blockCode === 7) writer.write(samples - 1, 16);
  if (rateCode === 12) writer.write(sampleRateHz / 1000, 8);
  else if (rateCode === 13) writer.write(sampleRateHz, 16);
  else if (rateCode === 14) writer.write(sampleRateHz / 10, 16);
  const head = writer.bytes();
  writer.write(crc8(head, 0, head.length), 8);
  for (const subframe of subframes) writeSubframe(writer, subframe, samples);
  writer.align();
  const frame = writer.bytes();
  writer.write(crc16(frame, 0, frame.length), 16);
}

/** The code of a rate; 0 where only STREAMINFO can say it. */
function rateCodeOf(rate: number): number {
  const known = FRAME_RATES.indexOf(rate, 1);
  if (known > 0) return known;
  if (rate % 1000 === 0 && rate <= 255_000) return 12;
  return rate <= 65535 ? 13 : rate % 10 === 0 && rate <= 655_350 ? 14 : 0;
}

/** Frame numbers as UTF-8 codes its characters, up to 36 bits. */
function codedNumber(writer: BitWriter, value: number): void {
  if (value < 0x80) { writer.write(value, 8); return; }
  let extra = 1;
  while (value >= 2 ** (5 * extra + 6)) extra += 1;
  writer.write((0xff80 >> extra) & 0xff | Math.floor(value / 2 ** (6 * extra)), 8);
  for (let i = extra - 1; i >= 0; i--) writer.write(0x80 | (Math.floor(value / 2 ** (6 * i)) % 64), 8);
}

/** Left and right, left and side, side and right, or mid and side: whatever is smallest. */
function joined([left, right]: readonly Int32Array[], samples: number, bits: number): { subframes: readonly Subframe[]; assignment: number } {
  const mid = new Int32Array(samples), side = new Int32Array(samples);
  for (let i = 0; i < samples; i++) { const l = left![i]!, r = right![i]!; mid[i] = (l + r) >> 1; side[i] = l - r; }
  const l = planSubframe(left!, samples, bits), r = planSubframe(right!, samples, bits), m = planSubframe(mid, samples, bits), s = planSubframe(side, samples, bits + 1);
  const ways = [{ assignment: 1, subframes: [l, r] }, { assignment: 8, subframes: [l, s] }, { assignment: 9, subframes: [s, r] }, { assignment: 10, subframes: [m, s] }];
  const cost = ({ subframes: [a, b] }: (typeof ways)[number]): number => a!.cost + b!.cost;
  return ways.reduce((best, way) => (cost(way) < cost(best) ? way : best));
}

function planSubframe(given: Int32Array, samples: number, frameBits: number): Subframe {
  let all = 0, differs = 0;
  for (let i = 0; i < samples; i++) { all |= given[i]!; differs |= given[i]! ^ given[0]!; }
  if (differs === 0) return { kind: 'constant', x: given, bits: frameBits, wasted: 0, cost: 8 + frameBits };
  const wasted = 31 - Math.clz32(all & -all), bits = frameBits - wasted;
  const x = wasted === 0 ? given : given.subarray(0, samples).map((value) => value >> wasted);
  let best: Subframe = { kind: 'verbatim', x, bits, wasted, cost: 8 + wasted + samples * bits };
  for (const predictor of [bestFixed(x, samples), linearPredictor(x, samples, bits)]) {
    if (predictor === null) continue;
    const residual = new Int32Array(samples), order = predictor.weights.length;
    if (!residuals(x, samples, bits, predictor, residual)) continue;
    const rice = planRice(residual, order, samples);
    const cost = 8 + wasted + order * bits + (predictor.kind === 'lpc' ? 9 + order * predictor.precision : 0) + rice.bits;
    if (cost < best.cost) best = { kind: 'predicted', x, bits, wasted, predictor, rice, residual, cost };
  }
  return best;
}

function writeSubframe(writer: BitWriter, { kind, x, bits, wasted, predictor, rice, residual }: Subframe, samples: number): void {
  const order = predictor?.weights.length ?? 0;
  const code = kind === 'constant' ? 0 : kind === 'verbatim' ? 1 : predictor!.kind === 'fixed' ? 8 + order : 31 + order;
  writer.write(code, 7);
  if (wasted === 0) writer.write(0, 1); else { writer.write(1, 1); writer.write(1, wasted); } // wasted − 1 zeros and a one
  if (kind === 'constant') { writer.signed(x[0]!, bits); return; }
  if (kind === 'verbatim') { for (let i = 0; i < samples; i++) writer.signed(x[i]!, bits); return; }
  for (let i = 0; i < order; i++) writer.signed(x[i]!, bits);
  if (predictor!.kind === 'lpc') {
    writer.write(predictor!.precision - 1, 4);
    writer.write(predictor!.shift, 5);
    for (const weight of predictor!.weights) writer.write(weight, predictor!.precision);
  }
  const { partitionOrder, parameters, wide } = rice!, each = samples / parameters.length;
  writer.write(wide ? 1 : 0, 2);
  writer.write(partitionOrder, 4);
  parameters.forEach((parameter, p) => {
    writer.write(parameter, wide ? 5 : 4);
    writer.rice(residual!, p === 0 ? order : p * each, (p + 1) * each, parameter);
  });
}
