/** Coefficients with a0 = 1. */
export type Biquad = { b0: number; b1: number; b2: number; a1: number; a2: number };

/** The two K-weighting filters at any rate (B. De Man, "Evaluation of implementations of the EBU R128 loudness measurement", 2018). */
export function kWeighting(sampleRateHz: number): readonly [Biquad, Biquad] {
  const shelfK = Math.tan((Math.PI * 1681.974450955533) / sampleRateHz), shelfQ = 0.7071752369554196;
  const high = 10 ** (3.999843853973347 / 20), band = high ** 0.4996667741545416;
  const shelf0 = 1 + shelfK / shelfQ + shelfK * shelfK;
  const passK = Math.tan((Math.PI * 38.13547087602444) / sampleRateHz), passQ = 0.5003270373238773;
  const pass0 = 1 + passK / passQ + passK * passK;
  return [
    {
      b0: (high + (band * shelfK) / shelfQ + shelfK * shelfK) / shelf0, b1: (2 * (shelfK * shelfK - high)) / shelf0,
      b2: (high - (band * shelfK) / shelfQ + shelfK * shelfK) / shelf0,
      a1: (2 * (shelfK * shelfK - 1)) / shelf0, a2: (1 - shelfK / shelfQ + shelfK * shelfK) / shelf0,
    },
    { b0: 1, b1: -2, b2: 1, a1: (2 * (passK * passK - 1)) / pass0, a2: (1 - passK / passQ + passK * passK) / pass0 },
  ];
}
