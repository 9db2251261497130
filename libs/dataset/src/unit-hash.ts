/**
 * A number in [0, 1) drawn from a seed and a key: the same on every machine, well mixed, no random source.
 * FNV-1a over the UTF-16 units (http://www.isthe.com/chongo/tech/comp/fnv/), finished by MurmurHash3's fmix32
 * (https://github.com/aappleby/smhasher, MurmurHash3.cpp).
 */
export function unitHash(seed: number | string, key: string): number {
  let hash = 0x811c9dc5;
  for (const unit of `${seed}\u0000${key}`) {
    const point = unit.codePointAt(0) ?? 0;
    for (const byte of [point & 0xff, (point >>> 8) & 0xff, point >>> 16]) hash = Math.imul(hash ^ byte, 0x01000193);
  }
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return ((hash ^ (hash >>> 16)) >>> 0) / 2 ** 32;
}
