// `list`, `train`, `evaluate` and `publish` are parts of `run`: the same stages, up to a point.
import run from './run.js';
import { type AnyCommand } from '../define-command.js';

/** A verb that runs the stages up to `until`, redoing from `from` when --force is given. */
export function partialRun({ name, summary, from, until, example }: { readonly name: string; readonly summary: string; readonly from: string; readonly until: string; readonly example: string }): AnyCommand {
  const { from: _from, until: _until, ...flags } = run.flags;
  return {
    ...run, name, summary, flags, example,
    run: (context) => {
      const force = context.flags['force'] === true;
      return run.run({ ...context, flags: { ...context.flags, from: force ? from : undefined, until } });
    },
  };
}
