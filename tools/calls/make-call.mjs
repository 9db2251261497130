// Makes two-party calls from real speech: who speaks when is known to the sample. Pure; the same seed gives the same call.

/** Hertz of the parts and of the call before its line. */
export const RATE_HZ = 16_000;

/** Numbers in 0…1 from a seed (mulberry32, public domain). */
export function randomFrom(seed) {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

const rmsOf = (samples) => Math.sqrt(samples.reduce((sum, value) => sum + value * value, 1e-12) / samples.length);

/** Cuts silence off both ends, so that the truth says when somebody speaks. */
export function trimmed(samples) {
  const frame = RATE_HZ / 100, levels = [];
  for (let at = 0; at + frame <= samples.length; at += frame) levels.push(rmsOf(samples.subarray(at, at + frame)));
  const floor = 0.03 * Math.max(...levels);
  const first = levels.findIndex((level) => level > floor), last = levels.findLastIndex((level) => level > floor);
  return first < 0 ? samples.subarray(0, 0) : samples.subarray(Math.max(0, first - 2) * frame, Math.min(levels.length, last + 3) * frame);
}

/**
 * Plans and mixes one call.
 * @param {{agent: {name: string, parts: Float32Array[]}, others: {name: string, parts: Float32Array[], short?: Float32Array[]}[], music?: Float32Array}} cast - Parts at 16 kHz, mono.
 * @param {object} how - seconds, overlap (share of turn changes), backchannel (share of agent turns), agentTurnSec, otherTurnSec, otherGainDb, pauseSec, music (seconds of hold music; 0: none), reverbSec (0: none), snrDb (null: no noise), band ('wide' | 'phone').
 * @returns {{samples: Float32Array, sides: Float32Array[], turns: {party: string, startSec: number, endSec: number}[]}}
 */
export function makeCall(cast, how, seed) {
  const random = randomFrom(seed);
  const between = ([low, high]) => low + (high - low) * random();
  const decks = new Map();
  const draw = (who, kind) => {
    const key = `${who.name} ${kind}`;
    if (!decks.get(key)?.length) decks.set(key, who[kind].map((part) => [random(), part]).sort((a, b) => a[0] - b[0]).map(([, part]) => part));
    return decks.get(key).pop();
  };
  const gains = new Map([cast.agent, ...cast.others].map((who, i) => [who.name, i === 0 ? 1 : 10 ** (between(how.otherGainDb) / 20)]));
  const sayFor = (who, seconds) => { // whole parts, with short breaths between, until the turn is as long as asked for; a longer part is cut at a quiet place
    const pieces = [];
    let length = 0;
    while (length < seconds * RATE_HZ) {
      let part = draw(who, 'parts');
      if (length + part.length > (seconds + 1.5) * RATE_HZ) part = part.subarray(0, quietPlace(part, seconds * RATE_HZ - length));
      const level = 0.08 * gains.get(who.name) / rmsOf(part);
      const gap = pieces.length === 0 ? 0 : Math.round(between([0.1, 0.4]) * RATE_HZ);
      pieces.push({ at: length + gap, part: part.map((value) => value * level) });
      length += gap + part.length;
    }
    const samples = new Float32Array(length);
    for (const { at, part } of pieces) samples.set(part, at);
    return samples;
  };
  const total = Math.round(how.seconds * RATE_HZ);
  const sides = [new Float32Array(total), new Float32Array(total)];
  const turns = [];
  const place = (side, party, at, samples) => {
    const start = Math.max(0, Math.round(at)), length = Math.min(samples.length, total - start);
    if (length < 0.2 * RATE_HZ) return false;
    for (let i = 0; i < length; i += 1) sides[side][start + i] += samples[i];
    turns.push({ party, startSec: start / RATE_HZ, endSec: (start + length) / RATE_HZ });
    return true;
  };
  let at = between([0.5, 2]) * RATE_HZ, musicLeft = how.music, agentNext = random() < 0.7;
  while (at < total) {
    if (musicLeft > 0 && at > total / 4 && cast.music !== undefined) {
      const from = Math.floor(random() * Math.max(1, cast.music.length - musicLeft * RATE_HZ)), music = cast.music.subarray(from, from + musicLeft * RATE_HZ);
      const level = 0.05 / rmsOf(music);
      if (!place(1, 'music', at, music.map((value) => value * level))) break;
      at += music.length + between([0.3, 1]) * RATE_HZ;
      musicLeft = 0;
      continue;
    }
    const who = agentNext ? cast.agent : cast.others[Math.floor(random() * cast.others.length)];
    const said = sayFor(who, between(agentNext ? how.agentTurnSec : how.otherTurnSec));
    if (!place(agentNext ? 0 : 1, agentNext ? 'agent' : who.name, at, said)) break;
    if (agentNext && random() < how.backchannel && said.length > 3 * RATE_HZ) {
      const listener = cast.others[Math.floor(random() * cast.others.length)];
      const word = listener.short?.length ? draw(listener, 'short') : draw(listener, 'parts').subarray(0, Math.round(between([0.4, 0.7]) * RATE_HZ));
      const level = 0.06 * gains.get(listener.name) / rmsOf(word);
      place(1, listener.name, at + between([1, said.length / RATE_HZ - 1]) * RATE_HZ, word.map((value) => value * level));
    }
    const end = at + said.length;
    at = random() < how.overlap ? end - Math.min(said.length / 2, between([0.3, 1.3]) * RATE_HZ) : end + between(how.pauseSec) * RATE_HZ;
    agentNext = !agentNext;
  }
  const roomed = how.reverbSec > 0 ? sides.map((side) => withRoom(side, how.reverbSec, random)) : sides;
  const lined = how.band === 'phone' ? roomed.map(telephone) : roomed;
  if (how.snrDb !== null) for (const side of how.stereo ? lined : [lined[0]]) addPink(side, 0.08 * 10 ** (-how.snrDb / 20), random);
  const peak = lined[0].reduce((most, value, i) => Math.max(most, Math.abs(value + lined[1][i])), 1e-9);
  const gain = Math.min(1, 0.98 / peak);
  for (const side of lined) for (let i = 0; i < side.length; i += 1) side[i] *= gain;
  return { samples: lined[0].map((value, i) => value + lined[1][i]), sides: lined, turns };
}

/** A place near `wanted` where the part is quiet: the softest 20 ms of the last half second before it. */
function quietPlace(part, wanted) {
  const step = RATE_HZ / 50;
  let best = Math.min(part.length, Math.round(wanted)), least = Infinity;
  for (let at = Math.max(step, best - RATE_HZ / 2); at + step < Math.min(part.length, wanted + RATE_HZ / 2); at += step) {
    const level = rmsOf(part.subarray(at, at + step));
    if (level < least) [best, least] = [at + step / 2, level];
  }
  return Math.max(RATE_HZ / 2, Math.round(best));
}

/** A small room: sparse noise that decays by 60 dB in `seconds`, 12 dB below the direct sound (Polack's model of a diffuse tail). */
function withRoom(samples, seconds, random) {
  const out = samples.slice(), taps = 60;
  for (let tap = 0; tap < taps; tap += 1) {
    const delay = Math.round((0.004 + random() * seconds) * RATE_HZ), gain = (random() < 0.5 ? -1 : 1) * 0.25 * 10 ** ((-3 * delay) / (seconds * RATE_HZ));
    for (let i = delay; i < samples.length; i += 1) out[i] += gain * samples[i - delay];
  }
  return out;
}

/** Pink noise of an RMS (Kellet's economy filter). */
function addPink(samples, rms, random) {
  let [a, b, c] = [0, 0, 0];
  const noise = samples.map(() => {
    const white = random() * 2 - 1;
    a = 0.99765 * a + white * 0.099046;
    b = 0.963 * b + white * 0.2965164;
    c = 0.57 * c + white * 1.0526913;
    return a + b + c + white * 0.1848;
  });
  const gain = rms / rmsOf(noise);
  for (let i = 0; i < samples.length; i += 1) samples[i] += gain * noise[i];
}

/** The telephone band, 300 to 3 400 Hz, by windowed-sinc filters. */
function telephone(samples) {
  const half = 128, taps = new Float64Array(2 * half + 1);
  for (let i = -half; i <= half; i += 1) {
    const sinc = (hz) => (i === 0 ? (2 * hz) / RATE_HZ : Math.sin((2 * Math.PI * hz * i) / RATE_HZ) / (Math.PI * i));
    taps[i + half] = (sinc(3400) - sinc(300)) * (0.54 + 0.46 * Math.cos((Math.PI * i) / half));
  }
  const out = new Float32Array(samples.length);
  for (let i = 0; i < samples.length; i += 1) {
    let sum = 0;
    for (let tap = Math.max(0, i + half - samples.length + 1); tap <= Math.min(2 * half, i + half); tap += 1) sum += taps[tap] * samples[i + half - tap];
    out[i] = sum;
  }
  return out;
}
