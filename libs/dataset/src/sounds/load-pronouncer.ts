import type { Language } from '../language.js';

/** The sounds of a text, by kind: Mandarin's `initial`, `final` and `tone`, English's `phoneme`. */
export type SoundKind = 'initial' | 'final' | 'tone' | 'phoneme';
export type Pronouncer = {
  /** The library and version it goes by. */
  readonly id: string;
  readonly kinds: readonly SoundKind[];
  /** Every sound the language has, by kind. */
  readonly inventory: Readonly<Partial<Record<SoundKind, readonly string[]>>>;
  /** The sounds of a text in order, and how many of its words are in no dictionary. */
  soundsOf(text: string): { readonly sounds: readonly { readonly kind: SoundKind; readonly sound: string }[]; readonly unknown: number };
  /** Phones of one English word; null where it is not known, or the language has no words. */
  wordPhones(word: string): number | null;
};

// Hanyu Pinyin (GB/T 16159-2012): 21 initials; the finals as syllables of the common language have them (rare interjections left out); four tones and the neutral one.
const INITIALS = ['b', 'p', 'm', 'f', 'd', 't', 'n', 'l', 'g', 'k', 'h', 'j', 'q', 'x', 'zh', 'ch', 'sh', 'r', 'z', 'c', 's'] as const;
const FINALS = ['a', 'o', 'e', 'i', 'u', 'ü', 'ai', 'ei', 'ui', 'ao', 'ou', 'iu', 'ie', 'üe', 'er', 'an', 'en', 'in', 'un', 'ün', 'ang', 'eng', 'ing', 'ong', 'ia', 'ian', 'iang', 'iao', 'iong', 'ua', 'uai', 'uan', 'üan', 'uang', 'uo'] as const;
const TONES = ['1', '2', '3', '4', '5'] as const;
// ARPAbet as CMUdict 0.7b uses it, 39 phonemes without stress.
const PHONEMES = ['AA', 'AE', 'AH', 'AO', 'AW', 'AY', 'B', 'CH', 'D', 'DH', 'EH', 'ER', 'EY', 'F', 'G', 'HH', 'IH', 'IY', 'JH', 'K', 'L', 'M', 'N', 'NG', 'OW', 'OY', 'P', 'R', 'S', 'SH', 'T', 'TH', 'UH', 'UW', 'V', 'W', 'Y', 'Z', 'ZH'] as const;

/**
 * Loads the sounds of a language: Mandarin by `pinyin-pro`, English by `cmu-pronouncing-dictionary`, both optional packages.
 * @returns null for a language without one, or where its package is not installed.
 */
export async function loadPronouncer(language: Language): Promise<Pronouncer | null> {
  try {
    return language === 'zh' ? await mandarin() : language === 'en' ? await english() : null;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ERR_MODULE_NOT_FOUND') return null;
    throw error;
  }
}

async function mandarin(): Promise<Pronouncer> {
  const { pinyin } = await import('pinyin-pro');
  const finals = new Set<string>(FINALS);
  return {
    id: 'pinyin-pro 3', kinds: ['initial', 'final', 'tone'], inventory: { initial: INITIALS, final: FINALS, tone: TONES }, wordPhones: () => null,
    soundsOf: (text) => {
      let unknown = 0;
      const sounds = pinyin(text, { type: 'all', toneType: 'num' }).flatMap(({ isZh, initial, final, num, origin }) => {
        if (!isZh || final === '') {
          if (/\p{Script=Han}/u.test(origin)) unknown += 1;
          return [];
        }
        const plain = spellFinal(initial, final.replace(/\d$/, ''));
        return [
          ...(initial === '' || initial === 'y' || initial === 'w' ? [] : [{ kind: 'initial' as const, sound: initial }]),
          ...(finals.has(plain) ? [{ kind: 'final' as const, sound: plain }] : []),
          { kind: 'tone' as const, sound: num === 0 ? '5' : String(num) },
        ];
      });
      return { sounds, unknown };
    },
  };
}

/** The final that a spelling stands for: y- and w- are spellings of finals that begin a syllable, and ü loses its dots after j, q, x and y. */
export function spellFinal(initial: string, final: string): string {
  if (initial === 'y') {
    if (final.startsWith('u')) return `ü${final.slice(1)}`; // yu, yue, yuan, yun
    if (final === 'ong') return 'iong';
    if (final === 'ou') return 'iu';
    if (final === 'e') return 'ie';
    return final.startsWith('i') || final.startsWith('ü') ? final : `i${final}`; // yi, yin, ying stay; ya, yan, yao, yang
  }
  if (initial === 'w') return final === 'u' ? 'u' : final === 'ei' ? 'ui' : final === 'en' ? 'un' : final === 'o' ? 'uo' : final === 'eng' ? 'ong' : `u${final}`;
  return ['j', 'q', 'x'].includes(initial) && final.startsWith('u') ? `ü${final.slice(1)}` : final.replace(/^v/, 'ü');
}

async function english(): Promise<Pronouncer> {
  const { dictionary } = await import('cmu-pronouncing-dictionary');
  const phonesOf = (word: string): readonly string[] | null => {
    const found = Object.hasOwn(dictionary, word) ? dictionary[word] : Object.hasOwn(dictionary, word.replace(/^'+|'+$/g, '')) ? dictionary[word.replace(/^'+|'+$/g, '')] : undefined;
    return found === undefined ? null : found.split(' ').map((phone) => phone.replace(/\d$/, ''));
  };
  return {
    id: 'cmu-pronouncing-dictionary 3', kinds: ['phoneme'], inventory: { phoneme: PHONEMES }, wordPhones: (word) => phonesOf(word)?.length ?? null,
    soundsOf: (text) => {
      const words = text.toLowerCase().replaceAll('’', "'").match(/[a-z']*[a-z][a-z']*/g) ?? [];
      const known = words.map(phonesOf);
      return { sounds: known.flatMap((phones) => phones ?? []).map((sound) => ({ kind: 'phoneme' as const, sound })), unknown: known.filter((phones) => phones === null).length };
    },
  };
}
