import type { ClipEntry } from '@voxtune/dataset';
import { createSpeakerEncoder } from '@voxtune/eval';
import { recognizeModels } from '@voxtune/models';
import { readJsonLines } from '@voxtune/pipeline';
import { defineCommand } from '../define-command.js';
import { CliError, Exit } from '../exit.js';
import { textTable } from '../render/table.js';
import { measuringModels } from '../measuring.js';
import { readClip } from '../stages/evaluate.js';
import { readLists } from '../stages/list.js';
import { openVoice } from '../voice/folder.js';
import { rankVoicePrompts } from '../voice/prompt.js';

export default defineCommand({
  name: 'prompts',
  summary: 'rank the clips that could be prompt audio, best first, saying why',
  positionals: [{ name: 'NAME', help: 'a voice, or its folder' }],
  flags: {
    models: { type: 'string', value: 'DIR', help: 'folder of ONNX models; with a speaker encoder closeness to the speaker counts too' },
    count: { type: 'number', value: 'N', min: 1, help: 'how many to show (default 10)' },
  },
  example: 'voxtune prompts staff001 --count 5',
  async run({ args, flags, out, signal, cwd }) {
    const voice = await openVoice(args[0]!, cwd, { models: flags.models });
    const lists = await readLists(voice).catch((cause: unknown) => { throw new CliError('CLI_NO_WORDS', `${voice.name} has no training lists yet`, { voice: voice.name }, { cause, hint: `Run: voxtune list ${voice.name}` }); });
    const clips = new Map((await readJsonLines<ClipEntry>(voice.at('reviewedManifest'))).map((c) => [c.id, c]));
    const model = voice.modelsDir === null ? null : measuringModels(await recognizeModels(voice.modelsDir)).speaker;
    const encoder = model === null ? null : await createSpeakerEncoder({ model: model.path, descriptor: model.descriptor });
    try {
      const ranked = await rankVoicePrompts(lists.train.length > 0 ? lists.train : [...lists.valid, ...lists.test], clips, encoder === null ? null : async (utterance) => {
        signal.throwIfAborted();
        const { samples, sampleRateHz } = await readClip(voice, utterance);
        return encoder.embed(samples, sampleRateHz);
      });
      const shown = ranked.slice(0, flags.count ?? 10).map(({ utterance: { clip, path, text, durationSec }, cost, similarity, reasons }) => ({ clip, path, text, durationSec, cost, similarity, reasons }));
      if (out.json) out.data({ model: encoder?.model ?? null, candidates: ranked.length, prompts: shown });
      else {
        out.print(textTable(['clip', 'cost', 'text', 'why'], shown.map((p) => [p.clip, p.cost.toFixed(2), p.text, p.reasons.join(', ')]), [1]));
        if (encoder === null) out.note('No speaker model was given (--models DIR): closeness to the speaker was not measured.');
      }
      return ranked.length === 0 ? Exit.inputRejected : Exit.ok;
    } finally {
      await encoder?.dispose();
    }
  },
});
