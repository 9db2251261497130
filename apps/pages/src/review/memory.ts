// What the page remembers in this browser: of a person whatever they review, of all else apart for each voice.

export type Memory = { read(name: string): string | null; /** null forgets. */ keep(name: string, value: string | null): void };

const OF_THE_PERSON: readonly string[] = ['autoplay', 'by'];

/** @param voice - Asked for each time: it is not known before the clips are there. */
export function createMemory(voice: () => string): Memory {
  const keyOf = (name: string): string => (OF_THE_PERSON.includes(name) ? `voxtune-review:${name}` : `voxtune-review:${location.host}:${voice()}:${name}`);
  return {
    read: (name) => localStorage.getItem(keyOf(name)),
    keep: (name, value) => {
      if (value === null) localStorage.removeItem(keyOf(name));
      else localStorage.setItem(keyOf(name), value);
    },
  };
}
