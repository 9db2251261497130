import { Converter } from 'opencc-js/t2cn';

let convert: ((text: string) => string) | undefined;

/** Traditional to Simplified Chinese, character by character and by phrase (OpenCC's t2s tables); words are not localised. */
export function toSimplified(text: string): string {
  const converter = (convert ??= Converter({ from: 't', to: 'cn' })); // the tables take about 15 ms: only who needs them pays
  return converter(text);
}
