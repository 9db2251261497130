import { quoteShell } from '../plan/format-plan.js';
import { type SetupAction, type SetupPlan } from './plan-setup.js';

function formatAction(action: SetupAction): readonly string[] {
  switch (action.kind) {
    case 'command': return [[action.command, ...action.args].map(quoteShell).join(' ')];
    case 'fetch': return action.from === null ? [`# download ${action.name} to ${action.path}${action.md5 === null ? '' : `, MD5 ${action.md5}`}`, ...action.urls.map((url) => `#   ${url}`)] : [`cp ${quoteShell(action.from)} ${quoteShell(action.path)}`];
    case 'requirements': return [`# ${action.into}: ${action.from} for ${action.device}`];
    case 'exclude': return [`# ${action.path}: ${action.lines.join(', ')}`];
    case 'remove': return [`rm -f ${action.paths.map(quoteShell).join(' ')}`];
    case 'smoke': return [`# import ${action.modules.join(', ')}`];
  }
}

/** A setup's plan as text: every command and download, why, and when a step is done. */
export function formatSetup(plan: SetupPlan): string {
  const head = [`# Setup of GPT-SoVITS ${plan.commit.slice(0, 10)} for ${plan.version} at ${plan.root}`, ...plan.notes.map((note) => `# note: ${note}`)].join('\n');
  const steps = plan.steps.map(({ id, title, why, actions, doneWhen }) => [`# ${id}: ${title} (${why})`, ...actions.flatMap(formatAction), ...doneWhen.map((path) => `#   done when there is ${path}`)].join('\n'));
  return `${[head, ...steps].join('\n\n')}\n`;
}
