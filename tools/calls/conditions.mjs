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

/**
 * Casts by set: nobody who speaks in `held-out` and `fresh` except the agent lj speaks in the two that constants are chosen on. Names of folders of the pool; the agent of call n is `agents[n % length]`,
 * its customers are those of `others` who are not the agent, from the (n + round)th on.
 */
export const SETS = {
  tuning: { seed: 1000, agents: ['lj', 'lj', 'lj', 'allison'], others: ['ls1688', 'carlo', 'ls1998', 'esco'], rounds: 2 },
  development: { seed: 20_000, agents: ['lj', 'esco', 'allison', 'carlo'], others: ['ls1998', 'allison', 'ls1688', 'carlo', 'esco'], rounds: 3 },
  fresh: { seed: 9100, agents: ['lj', 'june', 'lj', 'armelle'], others: ['ivrru', 'menardi', 'librivox', 'ls2033', 'armelle'], rounds: 2 },
  'held-out': { seed: 7000, agents: ['lj', 'lj', 'lj', 'june'], others: ['ls2033', 'menardi', 'armelle', 'ivrru', 'librivox'], rounds: 3 },
};

/** Where the speakers of the pool come from: customers of the shared calls (`channel`: where they are alone on one), and Debian packages. */
export const POOL = {
  customers: { ls1688: { call: 'call_04', channel: null }, ls1998: { call: 'call_02', channel: 1 }, ls2033: { call: 'call_03', channel: null } },
  packages: {
    allison: { name: 'asterisk-core-sounds-en-wav', folder: 'usr/share/asterisk/sounds/en_US_f_Allison' },
    june: { name: 'asterisk-core-sounds-fr-wav', folder: 'usr/share/asterisk/sounds/fr_CA_f_June' },
    carlo: { name: 'asterisk-core-sounds-it-wav', folder: 'usr/share/asterisk/sounds/it_IT_m_Carlo' },
    ivrru: { name: 'asterisk-core-sounds-ru-wav', folder: 'usr/share/asterisk/sounds/ru_RU_f_IvrvoiceRU' },
    esco: { name: 'asterisk-prompt-es-co', folder: 'usr/share/asterisk/sounds/es' },
    armelle: { name: 'asterisk-prompt-fr-armelle', folder: 'usr/share/asterisk/sounds/fr' },
    menardi: { name: 'asterisk-prompt-it-menardi-wav', folder: 'usr/share/asterisk/sounds/it_IT_f_Menardi' },
    librivox: { name: 'pocketsphinx-testdata', folder: 'usr/share/pocketsphinx/test/data/librivox', all: true },
    music: { name: 'asterisk-moh-opsound-wav', folder: 'usr/share/asterisk/moh', all: true },
  },
};
