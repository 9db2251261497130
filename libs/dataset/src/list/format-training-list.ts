import { DatasetError } from '../errors.js';
import { LIST_LANGUAGE_CODES } from '../language.js';
import type { Utterance } from '../manifest.js';
import { baseName, showPath } from '../show-path.js';
import { cleanListText } from './clean-list-text.js';

export type FormatTrainingListOptions = {
  /** `upstream`: `wav|speaker|LANG|text`; `guide`: `wav|speaker|text`. */
  readonly form: 'upstream' | 'guide';
  /** The folder of the clips; absolute for the engine, which runs elsewhere. */
  readonly clipsDir: string;
};

/**
 * Formats a training list: one utterance a line, each line ended; '' for none. Every line has exactly the columns of
 * its form: the engine drops any other line and exits 0 (GPT-SoVITS 48b1a01, 1-get-text.py).
 * @throws {DatasetError} `DATASET_LIST_PATH` or `DATASET_LIST_SPEAKER` when a column cannot be written.
 */
export function formatTrainingList(utterances: readonly Utterance[], { form, clipsDir }: FormatTrainingListOptions): string {
  const folder = clipsDir.replace(/[/\\]+$/, '');
  const separator = folder.includes('\\') && !folder.includes('/') ? '\\' : '/';
  return utterances
    .map(({ clip, path, speaker, language, text }) => {
      const wav = `${folder}${separator}${baseName(path)}`;
      // The first character decides too: a `#` starts a comment in the guide's form.
      if (cleanListText(wav).text !== wav || wav.startsWith('#')) throw new DatasetError('DATASET_LIST_PATH', `the path of ${clip} cannot stand in a training list: ${showPath(wav)}`, { clip, path: wav });
      if (speaker === '' || cleanListText(speaker).text !== speaker) throw new DatasetError('DATASET_LIST_SPEAKER', `the speaker ${JSON.stringify(speaker)} cannot stand in a training list`, { speaker });
      const columns = form === 'upstream' ? [wav, speaker, LIST_LANGUAGE_CODES[language], cleanListText(text).text] : [wav, speaker, cleanListText(text).text];
      return `${columns.join('|')}\n`;
    })
    .join('');
}
