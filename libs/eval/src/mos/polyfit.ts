/** Coefficients from the highest power down. Source: microsoft/DNS-Challenge 591184a, DNSMOS/dnsmos_local.py, get_polyfit_val (not personalised). */
const POLYNOMIALS = {
  sig: [-0.08397278, 1.22083953, 0.0052439],
  bak: [-0.13166888, 1.60915514, -0.39604546],
  ovrl: [-0.06766283, 1.11546468, 0.04602535],
} as const;

/** The three P.835 outputs, in the model's own order. */
export const P835_OUTPUTS = ['sig', 'bak', 'ovrl'] as const;
export type P835Output = (typeof P835_OUTPUTS)[number];

/** Maps a raw model output to the 1…5 scale, as the publishers fitted it. */
export function mapP835(output: P835Output, raw: number): number {
  return POLYNOMIALS[output].reduce((sum, coefficient) => sum * raw + coefficient, 0);
}
