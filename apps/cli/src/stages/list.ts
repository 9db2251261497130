// list: the training lists in the engine's form and the guide's, split so that test speech is not trained on.
import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { formatTrainingList, planLists, type Lists } from '@voxtune/dataset';
import { removeStray, writeFileAtomic, type Stage } from '@voxtune/pipeline';
import { CliError } from '../exit.js';
import { writeDataset } from '../voice/dataset-file.js';
import { datasetParts } from '../voice/findings.js';
import { PLACES, type Voice } from '../voice/folder.js';

export type ListsManifest = Lists & { readonly v: 1 };

export const readLists = async (voice: Voice): Promise<ListsManifest> => JSON.parse(await readFile(voice.at('listsManifest'), 'utf8')) as ListsManifest;

/** Upstream has one list for both trainers; the guide keeps GPT and SoVITS lists apart under its own names. */
const LIST_FILES = [
  ['train.list', 'train', 'upstream'], ['valid.list', 'valid', 'upstream'], ['test.list', 'test', 'upstream'],
  ['gpt_train_list.txt', 'train', 'guide'], ['gpt_valid_list.txt', 'valid', 'guide'],
  ['sovits_train_list.txt', 'train', 'guide'], ['sovits_valid_list.txt', 'valid', 'guide'],
] as const;

export function listStage(voice: Voice): Stage {
  const { list, language } = voice.config;
  return {
    id: 'list', title: 'write the training lists', version: 3, needs: ['review'],
    reads: [PLACES.recordings, PLACES.reviewedManifest, PLACES.reviewedTranscripts, PLACES.ingestFindings, PLACES.sliceFindings, PLACES.transcribeFindings, PLACES.reviewFindings], writes: [PLACES.lists, PLACES.dataset, PLACES.datasetPage], options: { list, language, gptBatch: voice.config.train.gpt.batchSize, dpo: voice.config.train.gpt.dpo, gpus: voice.config.engine.gpus, voice: voice.name, clips: voice.at('reviewedClips') }, // lists hold absolute paths
    async run(ctx) {
      const parts = await datasetParts(voice);
      const { recordings = [], clips = [], transcripts = [] } = parts ?? {};
      if (transcripts.length === 0) throw new CliError('CLI_NO_WORDS', 'no clip has words, so there is nothing to train on', { clips: clips.length });
      const worded = new Set(transcripts.map((t) => t.clip));
      const lists = planLists({ clips: clips.filter((c) => worded.has(c.id)), transcripts, recordings, speaker: voice.name, language, validShare: list.validShare, testShare: list.testShare, seed: list.seed });
      await mkdir(voice.at('lists'), { recursive: true });
      for (const [file, split, form] of LIST_FILES) {
        await writeFileAtomic(join(voice.at('lists'), file), formatTrainingList(lists[split], { form, clipsDir: voice.at('reviewedClips') }));
      }
      const manifest: ListsManifest = { v: 1, ...lists };
      await writeFileAtomic(voice.at('listsManifest'), `${JSON.stringify(manifest, null, 1)}\n`);
      await removeStray(voice.at('lists'), ['lists.json', ...LIST_FILES.map(([file]) => file)]);
      await writeDataset(voice, { ...parts, recordings, lists }, (path) => ctx.hash(path));
    },
    async accept() {
      const { train, valid, test, dropped, notes } = await readLists(voice);
      const kept = train.length + valid.length + test.length;
      if (train.length === 0) throw new CliError('CLI_NO_WORDS', `no utterance is left to train on${dropped[0] === undefined ? '' : `: ${dropped[0].id}: ${dropped[0].reason}`}`);
      return { in: kept + dropped.length, kept, dropped, notes };
    },
  };
}
