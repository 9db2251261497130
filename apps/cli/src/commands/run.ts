import { mkdir } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { GATE_PROFILES, gateReport, renderJUnit, rulesOf, type GateProfile } from '@voxtune/eval';
import { planPipeline, runPipeline, writeFileAtomic } from '@voxtune/pipeline';
import { formatPlan } from '@voxtune/training';
import { defineCommand } from '../define-command.js';
import { CliError, Exit, exitCodeOf, failureOf } from '../exit.js';
import { gateAdvice } from '../render/gate-advice.js';
import { PROVIDER_FLAG, providersOf } from '../measuring.js';
import { progressListener } from '../render/progress.js';
import { textTable } from '../render/table.js';
import { LIVE_REPORT_SEC, writeReport } from '../report/write.js';
import { readEvaluation } from '../stages/evaluate.js';
import { voicePipeline } from '../stages/index.js';
import { foreseeSweep } from '../stages/sweep.js';
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
    extend: { type: 'boolean', help: 'voxtune.yaml asks for more epochs than a training was begun with: train only those that are missing, from its last checkpoint' },
    models: { type: 'string', value: 'DIR', help: 'folder of ONNX models for measuring' },
    provider: PROVIDER_FLAG,
    strict: { type: 'boolean', help: 'judge whatever was measured: "not measured" and the stand-in engine fail too' },
    profile: { type: 'string', choices: Object.keys(GATE_PROFILES), help: 'thresholds to hold the voice against (default: those of voxtune.yaml)' },
    junit: { type: 'string', value: 'FILE', help: 'write the verdict as JUnit XML' },
    'dry-run': { type: 'boolean', help: 'print what would be done, with every command line, and do nothing' },
  },
  example: 'voxtune run staff001 --models ./models',
  async run({ args, flags, out, signal, cwd }) {
    const voice = await openVoice(args[0]!, cwd, { models: flags.models });
    const { stages, engine } = await voicePipeline(voice, { extend: flags.extend, providers: providersOf(flags.provider) });
    const range = { ...(flags.from === undefined ? {} : { from: flags.from }), ...(flags.until === undefined ? {} : { until: flags.until }), force: flags.force };
    if (flags['dry-run']) {
      const plan = await planPipeline(stages, { root: voice.root, ...range });
      const commands = engine === null ? null : await trainingPlan(voice, engine);
      const sweep = plan.some((s) => s.id === 'evaluate') ? await foreseeSweep(voice) : null;
      if (out.json) out.data({ voice: voice.name, path: voice.root, stages: plan, engine: commands, sweep });
      else {
        out.print(textTable(['stage', 'action', 'why'], plan.map((s) => [s.id, s.action, s.reason ?? ''])));
        if (sweep !== null) out.print(`\n${sweep.words}`);
        if (commands !== null) out.print(`\n${formatPlan(commands)}`);
      }
      return Exit.ok;
    }
    if (engine?.checkout.kind === 'stand-in') out.note(out.paint('yellow', 'The stand-in engine is used: it learns nothing; it shows every stage. --engine DIR of a GPT-SoVITS checkout trains for real.'));
    const listen = progressListener(out, () => performance.now());
    let reported = performance.now();
    let reporting: Promise<unknown> = Promise.resolve();
    const follow = (stage: string): void => { // curves of a running training, in a page that loads itself anew
      if (!stage.startsWith('train-') || performance.now() - reported < LIVE_REPORT_SEC * 1000) return;
      reported = performance.now();
      reporting = reporting.then(() => writeReport(voice, stages, engine, { live: true })).catch(() => undefined);
    };
    const outcome = await runPipeline(stages, { root: voice.root, ...range, signal, onEvent: (event) => { if (event.event !== 'done') listen(event); if (event.event === 'progress') follow(event.stage); } });
    await reporting;
    const report = await writeReport(voice, stages, engine).catch((error: unknown) => { out.note(`report.html was not written: ${failureOf(error).message}`); return null; });
    const failure = outcome.failed === undefined ? null : failureOf(outcome.failed.error);
    const order = outcome.stages.map((s) => s.id);
    const reached = flags.until === undefined || order.indexOf(flags.until) >= order.indexOf('evaluate');
    const evaluated = failure === null && reached && outcome.stages.find((s) => s.id === 'evaluate')?.state === 'done'; // a verdict on what was not asked for says nothing
    const evaluation = evaluated ? await readEvaluation(voice) : null;
    const gate = evaluation === null ? null : gateReport(evaluation, flags.profile === undefined ? rulesOf(evaluation) : GATE_PROFILES[flags.profile as GateProfile], { strict: flags.strict }); // a choice of the flag
    if (gate !== null && flags.junit !== undefined) {
      const file = resolve(cwd, flags.junit);
      await mkdir(dirname(file), { recursive: true });
      await writeFileAtomic(file, renderJUnit(gate, { name: voice.name, sentences: evaluation!.sentences }));
    }
    const advice = gateAdvice(gate?.checks ?? []);
    const below = gate?.verdict === 'fail' ? new CliError('CLI_BELOW_THRESHOLD', gate.checks.filter((c) => c.verdict === 'fail' || (gate.strict && c.verdict !== 'pass')).map((c) => `${c.title}: ${c.reason ?? c.verdict}`).join('; '), {}, advice === null ? {} : { hint: advice }) : null;
    out.redraw('');
    if (out.json) out.data({ event: 'done', ok: outcome.ok, voice: voice.name, path: voice.root, report, stages: outcome.stages, ...(gate === null ? {} : { gate: { ...gate, profile: flags.profile ?? null, ...(below === null ? {} : { error: failureOf(below) }) } }), ...(failure === null ? {} : { error: { ...failure, stage: outcome.failed!.stage } }) });
    if (signal.aborted) { if (!out.json) out.note('Interrupted. Run the same command again: it continues where it stopped.'); return Exit.interrupted; }
    const say = ({ code, message, hint }: { readonly code: string; readonly message: string; readonly hint: string }, where: string): void => {
      if (!out.json) process.stderr.write(`${out.paint('red', `error ${code}`)}${where}: ${message}\n  ${hint}\n`);
    };
    if (failure !== null) {
      say(failure, ` in ${outcome.failed!.stage}`);
      return exitCodeOf(failure.code);
    }
    if (report !== null) out.print(report);
    const off = new Set(stages.filter(({ optional }) => optional === true).map(({ id }) => id));
    const lacking = outcome.stages.filter((s) => s.state === 'skipped' && !off.has(s.id));
    if (lacking.length > 0 && (engine !== null || lacking.some(({ id }) => id === 'slice'))) { // without an engine the data set is what was asked for
      out.note('Stages were skipped for want of what is named above; voxtune doctor says how to get it.');
      return Exit.environment;
    }
    if (gate !== null) out.note(`verdict: ${evaluation!.judged ? gate.verdict : `${gate.verdict} (a stand-in engine is not judged)`}`);
    if (below === null) return Exit.ok;
    say(below, '');
    return exitCodeOf(below.code);
  },
});
