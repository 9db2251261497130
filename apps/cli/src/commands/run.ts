import { overallVerdict } from '@voxtune/eval';
import { planPipeline, runPipeline } from '@voxtune/pipeline';
import { formatPlan } from '@voxtune/training';
import { defineCommand } from '../define-command.js';
import { Exit, exitCodeOf, failureOf } from '../exit.js';
import { progressListener } from '../render/progress.js';
import { textTable } from '../render/table.js';
import { writeReport } from '../report/write.js';
import { readEvaluation } from '../stages/evaluate.js';
import { voicePipeline } from '../stages/index.js';
import { trainingPlan } from '../voice/engine.js';
import { openVoice } from '../voice/folder.js';

export default defineCommand({
  name: 'run',
  summary: 'take a voice from recordings to a published voice; continues where it stopped',
  positionals: [{ name: 'NAME', help: "a voice's name or the path of its folder" }],
  flags: {
    from: { type: 'string', value: 'STAGE', help: 'start at this stage; those before it must be done' },
    until: { type: 'string', value: 'STAGE', help: 'stop after this stage' },
    force: { type: 'boolean', help: 'do the stages again, unchanged or not (with --from: from there on)' },
    models: { type: 'string', value: 'DIR', help: 'folder of ONNX models for measuring' },
    strict: { type: 'boolean', help: 'judge whatever was measured: "not measured" and the stand-in engine fail too' },
    'dry-run': { type: 'boolean', help: 'print what would be done, with every command line, and do nothing' },
  },
  example: 'voxtune run staff001 --models ./models',
  async run({ args, flags, out, signal, cwd }) {
    const voice = await openVoice(args[0]!, cwd, { models: flags.models });
    const { stages, engine } = await voicePipeline(voice);
    const range = { ...(flags.from === undefined ? {} : { from: flags.from }), ...(flags.until === undefined ? {} : { until: flags.until }), force: flags.force };
    if (flags['dry-run']) {
      const plan = await planPipeline(stages, { root: voice.root, ...range });
      const commands = engine === null ? null : await trainingPlan(voice, engine);
      if (out.json) out.data({ voice: voice.name, path: voice.root, stages: plan, engine: commands });
      else {
        out.print(textTable(['stage', 'action', 'why'], plan.map((s) => [s.id, s.action, s.reason ?? ''])));
        if (commands !== null) out.print(`\n${formatPlan(commands)}`);
      }
      return Exit.ok;
    }
    if (engine?.checkout.kind === 'stand-in') out.note(out.paint('yellow', 'The stand-in engine is used: it learns nothing; it shows every stage. --engine DIR of a GPT-SoVITS checkout trains for real.'));
    const listen = progressListener(out, () => performance.now());
    const outcome = await runPipeline(stages, { root: voice.root, ...range, signal, onEvent: (event) => { if (event.event !== 'done') listen(event); } });
    const report = await writeReport(voice, stages, engine).catch((error: unknown) => { out.note(`report.html was not written: ${failureOf(error).message}`); return null; });
    const failure = outcome.failed === undefined ? null : failureOf(outcome.failed.error);
    out.redraw('');
    if (out.json) out.data({ event: 'done', ok: outcome.ok, voice: voice.name, path: voice.root, report, stages: outcome.stages, ...(failure === null ? {} : { error: { ...failure, stage: outcome.failed!.stage } }) });
    if (signal.aborted) { if (!out.json) out.note('Interrupted. Run the same command again: it continues where it stopped.'); return Exit.interrupted; }
    if (failure !== null) {
      if (!out.json) process.stderr.write(`${out.paint('red', `error ${failure.code}`)} in ${outcome.failed!.stage}: ${failure.message}\n  ${failure.hint}\n`);
      return exitCodeOf(failure.code);
    }
    if (report !== null) out.print(report);
    if (engine !== null && outcome.stages.some((s) => s.state === 'skipped')) {
      out.note('Stages were skipped for want of what is named above; voxtune doctor says how to get it.');
      return Exit.environment;
    }
    const order = outcome.stages.map((s) => s.id);
    const reached = flags.until === undefined || order.indexOf(flags.until) >= order.indexOf('evaluate');
    const evaluated = outcome.stages.find((s) => s.id === 'evaluate')?.state === 'done';
    if (!reached || !evaluated) return Exit.ok; // a verdict on what was not asked for says nothing
    const evaluation = await readEvaluation(voice);
    const verdict = overallVerdict(evaluation);
    out.note(`verdict: ${verdict}`);
    const failed = verdict === 'fail' || (flags.strict && [...evaluation.metrics, evaluation.timing.rtf].some((m) => m.verdict !== 'pass'));
    return failed ? Exit.belowThreshold : Exit.ok;
  },
});
