import { defineCommand } from '../define-command.js';
import { Exit } from '../exit.js';
import { writeReport } from '../report/write.js';
import { voicePipeline } from '../stages/index.js';
import { openVoice } from '../voice/folder.js';

export default defineCommand({
  name: 'report',
  summary: 'write report.html: what came in, what was kept, training, figures and audio',
  positionals: [{ name: 'NAME', help: "a voice's name or the path of its folder" }],
  flags: {},
  example: 'voxtune report staff001',
  async run({ args, out, cwd }) {
    const voice = await openVoice(args[0]!, cwd);
    const { stages, engine } = await voicePipeline(voice);
    const report = await writeReport(voice, stages, engine);
    if (out.json) out.data({ voice: voice.name, report });
    else out.print(report);
    return Exit.ok;
  },
});
