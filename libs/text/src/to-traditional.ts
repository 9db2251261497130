import { Converter } from 'opencc-js/cn2t';

let convert: ((text: string) => string) | undefined;

/** Simplified to Traditional Chinese in the forms of Taiwan's standard, character by character and by phrase (OpenCC's s2tw tables); words are not localised. */
export function toTraditional(text: string): string {
  const converter = (convert ??= Converter({ from: 'cn', to: 'tw' })); // the tables take time to read: only who needs them pays
  return converter(text);
}
