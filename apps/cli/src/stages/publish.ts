// publish: the chosen weights and prompt audio, copied out of work/, and voice.json that says what they are.
import { copyFile, constants, mkdir, readFile, rename, rm } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { hashFile, removeStray, writeFileAtomic, type Stage } from '@voxtune/pipeline';
import type { Checkout, Checkpoint } from '@voxtune/training';
import { CliError } from '../exit.js';
import { checkpointPairs } from '../voice/checkpoints.js';
import { datasetHash, datasetRows } from '../voice/dataset-file.js';
import { PLACES, type Voice } from '../voice/folder.js';
import { readEvaluation } from './evaluate.js';
import { readLists } from './list.js';

export function publishStage(voice: Voice, checkout: Checkout | null): Stage {
  const { config } = voice;
  const engine = checkout === null ? null : { kind: checkout.kind, commit: checkout.commit, version: config.engine.version, profile: config.engine.profile };
  return {
    id: 'publish', title: 'publish the voice', version: 2, needs: ['evaluate'],
    reads: [PLACES.lists, PLACES.checkpoints, PLACES.reviewedManifest, PLACES.evaluation], writes: [PLACES.published, PLACES.voice],
    options: { engine, consent: config.consent, voice: voice.name, language: config.language, train: { gpt: config.train.gpt, sovits: config.train.sovits, overrides: config.train.overrides } },
    async run(ctx) {
      const lists = await readLists(voice);
      const evaluation = await readEvaluation(voice);
      const { sha256, why } = evaluation.checkpoints;
      const pair = (await checkpointPairs(voice)).find((p) => p.gpt.sha256 === sha256.gpt && p.sovits.sha256 === sha256.sovits);
      if (pair === undefined) throw new CliError('CLI_NO_VOICE', 'the checkpoints that were measured are no longer there', { gpt: sha256.gpt, sovits: sha256.sovits });
      const { gpt, sovits } = pair;
      const prompt = [...lists.train, ...lists.valid, ...lists.test].find((u) => u.clip === evaluation.prompt.clip);
      if (prompt === undefined) throw new CliError('CLI_NO_VOICE', `the prompt clip ${evaluation.prompt.clip} is not in the lists`);
      await mkdir(voice.at('published'), { recursive: true });
      const clipFile = join(voice.at('reviewedClips'), `${prompt.clip}.wav`);
      // Prompt audio is named by content: the engine caches it by path (GPT-SoVITS 48b1a01, TTS_infer_pack/TTS.py:1132).
      const promptSha256 = await hashFile(clipFile);
      const files = [[gpt.path, basename(gpt.path)], [sovits.path, basename(sovits.path)], [clipFile, `prompt-${promptSha256.slice(0, 12)}.wav`]] as const;
      for (const [from, name] of files) await copyInto(from, join(voice.at('published'), name));
      await removeStray(voice.at('published'), files.map(([, name]) => name));
      const weights = (c: Checkpoint) => ({ path: `${PLACES.published}/${basename(c.path)}`, sha256: c.sha256, epoch: c.epoch, step: c.step });
      await writeFileAtomic(voice.at('voice'), `${JSON.stringify({
        v: 1, voice: voice.name, language: config.language, engine,
        ...(engine?.kind === 'stand-in' ? { notice: 'Made with the stand-in engine: it learned nothing and joins pieces of the recordings. Not a trained voice.' } : {}),
        weights: { gpt: weights(gpt), sovits: weights(sovits), why },
        prompt: { path: `${PLACES.published}/${files[2][1]}`, sha256: promptSha256, text: prompt.text, language: prompt.language, clip: prompt.clip, why: evaluation.prompt.why },
        figures: { verdict: evaluation.verdict, metrics: evaluation.metrics, figures: evaluation.figures, models: evaluation.models },
        training: { profile: config.engine.profile, version: config.engine.version, gpt: config.train.gpt, sovits: config.train.sovits, overrides: config.train.overrides },
        dataset: await datasetRows(voice, lists).then((rows) => ({ sha256: datasetHash(rows), utterances: rows.length })),
        timing: { rtf: evaluation.timing.rtf },
        provenance: { clips: lists.train.length, seconds: Math.round(lists.train.reduce((sum, u) => sum + u.durationSec, 0) * 1000) / 1000, lists: await hashFile(voice.at('listsManifest')), recordings: await hashFile(voice.at('recordings')) },
        consent: config.consent,
      }, null, 2)}\n`);
      if (config.consent === null) ctx.log('warning: no consent reference is recorded; set `consent` in voxtune.yaml');
      ctx.progress({ done: 1, total: 1, unit: 'voice' });
    },
    async accept() {
      const voiceFile = JSON.parse(await readFile(voice.at('voice'), 'utf8')) as { weights: Record<'gpt' | 'sovits', { path: string; sha256: string }>; prompt: { path: string; sha256: string } };
      for (const { path, sha256 } of [voiceFile.weights.gpt, voiceFile.weights.sovits, voiceFile.prompt]) {
        if ((await hashFile(join(voice.root, path))) !== sha256) throw new CliError('CLI_NO_VOICE', `${path} is not what was measured`, { path });
      }
      return { in: 1, kept: 1, dropped: [], notes: config.consent === null ? ['no consent reference is recorded: set `consent` in voxtune.yaml'] : [] };
    },
  };
}

async function copyInto(from: string, to: string): Promise<void> {
  const temporary = join(to, '..', `.tmp-${basename(to)}`);
  await rm(temporary, { force: true });
  await copyFile(from, temporary, constants.COPYFILE_FICLONE);
  await rename(temporary, to);
}
