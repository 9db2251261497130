import { readStatus } from '@voxtune/pipeline';
import { defineCommand } from '../define-command.js';
import { Exit } from '../exit.js';
import { textTable, visible } from '../render/table.js';
import { voicePipeline } from '../stages/index.js';
import { openVoice } from '../voice/folder.js';

export default defineCommand({
  name: 'status',
  summary: 'what each stage kept and dropped, and why',
  positionals: [{ name: 'NAME', help: "a voice's name or the path of its folder" }],
  flags: {},
  example: 'voxtune status staff001 --json',
  async run({ args, out, cwd }) {
    const voice = await openVoice(args[0]!, cwd);
    const { stages: defined, engine } = await voicePipeline(voice);
    const checkout = engine?.checkout ?? null;
    const stages = await readStatus(defined, { root: voice.root });
    if (out.json) { out.data({ voice: voice.name, path: voice.root, engine: checkout === null ? null : { kind: checkout.kind, root: checkout.root, commit: checkout.commit }, stages }); return Exit.ok; }
    if (checkout?.kind === 'stand-in') out.print('Engine: the stand-in engine (learns nothing; shows every stage)');
    out.print(textTable(['stage', 'state', 'in', 'kept', 'dropped', 'why'],
      stages.map((s) => [s.id, s.state, s.in === null ? '' : String(s.in), s.kept === null ? '' : String(s.kept), s.in === null ? '' : String(s.dropped.length), s.reason ?? '']), [2, 3, 4]));
    for (const stage of stages.filter((s) => s.dropped.length > 0)) {
      out.print(`\n${stage.id} dropped:`);
      for (const { id, reason } of stage.dropped) out.print(`  ${visible(id)}: ${visible(reason)}`);
    }
    for (const stage of stages.filter((s) => s.notes.length > 0)) {
      out.print(`\n${stage.id} notes:`);
      for (const note of stage.notes) out.print(`  ${visible(note)}`);
    }
    return Exit.ok;
  },
});
