// The conditions that made calls are scored under. The figures are ours; they span what service lines do.
const usual = { seconds: 95, overlap: 0.2, backchannel: 0, agentTurnSec: [2, 10], otherTurnSec: [2, 12], otherGainDb: [-6, 4], pauseSec: [0.3, 1.2], music: 0, reverbSec: 0, snrDb: null, band: 'wide', codec: null, parties: 2 };

/** What `makeCall` is asked for, by name; `codec` and `parties` are for the caller. */
export const CONDITIONS = {
  clean: usual,
  phone: { ...usual, band: 'phone', codec: 'mulaw', snrDb: 30 },
  mp3: { ...usual, codec: 'mp3' },
  'noise 15 dB': { ...usual, snrDb: 15 },
  'noise 5 dB': { ...usual, snrDb: 5 },
  'phone, noise 10 dB': { ...usual, band: 'phone', codec: 'mulaw', snrDb: 10 },
  room: { ...usual, reverbSec: 0.3 },
  'room, phone': { ...usual, reverbSec: 0.4, band: 'phone', codec: 'mulaw', snrDb: 25 },
  'short turns': { ...usual, agentTurnSec: [1.5, 5], otherTurnSec: [1, 5], pauseSec: [0.05, 0.4] },
  'many overlaps': { ...usual, overlap: 0.5, band: 'phone', codec: 'mulaw', snrDb: 20 },
  'three parties': { ...usual, parties: 3 },
  backchannels: { ...usual, backchannel: 0.5 },
  'hold music': { ...usual, music: 12 },
  'quiet customer': { ...usual, otherGainDb: [-16, -8] },
  'loud customer': { ...usual, otherGainDb: [4, 10], band: 'phone', codec: 'mulaw', snrDb: 25 },
};

/** Casts by set: nobody who speaks in `held-out` except the agent speaks in `tuning`. Names of folders of the pool; `cast` of call n is `others[n % length]` and the next. */
export const SETS = {
  tuning: { seed: 1000, agents: ['lj', 'lj', 'lj', 'allison'], others: ['ls1688', 'carlo', 'ls1998', 'esco'], rounds: 2 },
  'held-out': { seed: 7000, agents: ['lj', 'lj', 'lj', 'june'], others: ['ls2033', 'menardi', 'armelle', 'ivrru', 'librivox'], rounds: 3 },
};
