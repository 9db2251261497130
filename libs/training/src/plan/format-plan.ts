import { type EngineStep, type PlannedFile, type PlannedMerge, type TrainingPlan } from './engine-step.js';

/** A word of a POSIX shell command: bare where that is safe, otherwise in single quotes. */
export const quoteShell = (word: string): string => (/^[A-Za-z0-9_./:=@%+,-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`);

// Values are quoted whole, names are plain identifiers.
const assignment = ([name, value]: readonly [string, string]): string => `${name}=${value === '' ? '' : quoteShell(value)}`;

const END_MARK = 'VOXTUNE_END';

function writeFile({ path, content }: PlannedFile): string {
  let mark = END_MARK;
  while (content.split('\n').includes(mark)) mark += '_';
  return `cat > ${quoteShell(path)} <<'${mark}'\n${content.endsWith('\n') ? content : `${content}\n`}${mark}`;
}

function mergeParts({ parts, into, header }: PlannedMerge): string {
  const from = parts.map(quoteShell).join(' ');
  const head = header === null ? '' : `printf '${header.replaceAll('\t', '\\t')}\\n'; `;
  return `{ ${head}awk NF ${from}; } > ${quoteShell(into)} && rm ${from}`;
}

function formatStep(step: EngineStep): string {
  const { index, count } = step.part;
  const lines = [
    `# ${step.id}: ${step.title}${count > 1 ? `, part ${index + 1} of ${count}` : ''}`,
    ...step.expects.map(({ what, path }) => `#   must leave ${what}: ${path}`),
    ...(step.makesDirs.length === 0 ? [] : [`mkdir -p ${step.makesDirs.map(quoteShell).join(' ')}`]),
    ...(step.clears.length === 0 ? [] : [`rm -f ${step.clears.map(quoteShell).join(' ')}`]),
    ...step.files.map(writeFile),
    `( cd ${quoteShell(step.cwd)} && env \\`,
    ...Object.entries(step.env).map((entry) => `    ${assignment(entry)} \\`),
    `    ${[step.command, ...step.args].map(quoteShell).join(' ')} )`,
    ...(step.merge === null ? [] : [mergeParts(step.merge)]),
  ];
  return lines.join('\n');
}

/** A plan as text for a POSIX shell: paste it, or a part of it, and the same commands run with the same environment and files. */
export function formatPlan(plan: TrainingPlan): string {
  const head = [
    `# Plan of a GPT-SoVITS training: profile ${plan.profile}${plan.profile === 'guide' ? '' : `, version ${plan.version}`}`,
    `# engine: ${plan.engineRoot}`,
    ...plan.notes.map((note) => `# note: ${note}`),
    ...(plan.differences.length === 0 ? [] : ['# otherwise than the engine’s web UI, on purpose:']),
    ...plan.differences.map(({ place, keys, webUi, here, reason }) => `#   ${place} ${keys.join(', ')}: ${here} (web UI: ${webUi}): ${reason}`),
  ].join('\n');
  return `${[head, ...plan.steps.map(formatStep)].join('\n\n')}\n`;
}
