// Telephone samples, 8 bits each, as ITU-T G.711 (1988) defines them; the coding is checked against Sun's g711.c through ffmpeg in the tests.
const MU_BIAS = 0x84; // ITU-T G.711, table 2: decision values begin 33 (of 14 bits), 132 of 16 bits
const MU_CLIP = 32_635; // the largest 16-bit level that µ-law can tell apart, 32 767 − bias

/** µ-law bytes of one channel, −1…1; what lies outside is clipped. */
export function encodeMuLaw(samples: Float32Array): Uint8Array {
  return Uint8Array.from(samples, (sample) => {
    const level = toInt16(sample);
    const sign = level < 0 ? 0x80 : 0;
    const magnitude = Math.min(Math.abs(level), MU_CLIP) + MU_BIAS;
    const exponent = 31 - Math.clz32(magnitude) - 7;
    return ~(sign | (exponent << 4) | ((magnitude >> (exponent + 3)) & 0x0f)) & 0xff;
  });
}

/** A-law bytes of one channel, −1…1; what lies outside is clipped. */
export function encodeALaw(samples: Float32Array): Uint8Array {
  return Uint8Array.from(samples, (sample) => {
    const level = toInt16(sample) >> 3; // 13 bits
    const sign = level >= 0 ? 0x80 : 0;
    const magnitude = level >= 0 ? level : -level - 1;
    const exponent = magnitude < 32 ? 0 : 31 - Math.clz32(magnitude) - 4;
    const mantissa = exponent === 0 ? magnitude >> 1 : (magnitude >> exponent) & 0x0f;
    return (sign | (exponent << 4) | mantissa) ^ 0x55;
  });
}

const toInt16 = (sample: number): number => Math.max(-32_768, Math.min(32_767, Math.round(sample * 32_768)));
