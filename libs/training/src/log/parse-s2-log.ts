/** One step of SoVITS training, from the line `[loss_disc, loss_gen, loss_fm, loss_mel, kl_ssl, loss_kl, global_step, lr]` (v3, v4: `[loss, step, lr]`). */
export type S2Loss = {
  readonly step: number;
  readonly learningRate: number;
  /** By name; NaN and infinities as the engine printed them. */
  readonly losses: Readonly<Record<string, number>>;
};

/** What a line of SoVITS training says. */
export type S2Line =
  | { readonly kind: 'epoch-progress'; readonly epoch: number; readonly percent: number }
  | { readonly kind: 'loss'; readonly loss: S2Loss }
  | { readonly kind: 'epoch-done'; readonly epoch: number }
  | { readonly kind: 'start'; readonly epoch: number }
  | { readonly kind: 'saved'; readonly name: string; readonly ok: boolean }
  | { readonly kind: 'pretrained'; readonly path: string }
  | { readonly kind: 'resumed'; readonly path: string }
  | { readonly kind: 'bar'; readonly done: number; readonly total: number }
  | { readonly kind: 'training-done' };

const NAMES = ['disc', 'gen', 'fm', 'mel', 'kl_ssl', 'kl'];

const pythonNumber = (text: string): number => (text === 'nan' ? NaN : text === 'inf' ? Infinity : text === '-inf' ? -Infinity : Number(text));

function parseLoss(body: string): S2Loss | null {
  const values = body.split(', ').map(pythonNumber);
  const losses = values.slice(0, -2);
  const [step, learningRate] = values.slice(-2);
  if (step === undefined || learningRate === undefined || !Number.isInteger(step) || (losses.length !== NAMES.length && losses.length !== 1)) return null;
  return { step, learningRate, losses: losses.length === 1 ? { cfm: losses[0] ?? NaN } : Object.fromEntries(losses.map((value, index) => [NAMES[index] ?? String(index), value])) };
}

// On stdout `INFO:<name>:`, in train.log `<date>\t<name>\tINFO\t` (GPT_SoVITS/utils.py get_logger, 48b1a01).
const PREFIX = /^(?:INFO:[^:]*:|\d{4}-\d\d-\d\d [\d:,]+\t[^\t]*\t[A-Z]+\t)/;

/** Reads one line of stdout, stderr or `train.log`; null for one that says none of these. */
export function parseS2Line(raw: string): S2Line | null {
  const line = raw.replace(PREFIX, '').trim();
  let match = /^Train Epoch: (\d+) \[(\d+)%\]$/.exec(line);
  if (match !== null) return { kind: 'epoch-progress', epoch: Number(match[1]), percent: Number(match[2]) };
  match = /^\[((?:-?(?:[\d.]+(?:e[-+]?\d+)?|nan|inf)(?:, )?){3,8})\]$/.exec(line);
  if (match !== null) {
    const loss = parseLoss(match[1] ?? '');
    return loss === null ? null : { kind: 'loss', loss };
  }
  match = /^====> Epoch: (\d+)$/.exec(line);
  if (match !== null) return { kind: 'epoch-done', epoch: Number(match[1]) };
  match = /^start training from epoch (\d+)$/.exec(line);
  if (match !== null) return { kind: 'start', epoch: Number(match[1]) };
  match = /^saving ckpt (.+?):(Success\.|Traceback)?/.exec(line);
  if (match !== null) return { kind: 'saved', name: match[1] ?? '', ok: match[2] === 'Success.' };
  match = /^loaded pretrained (.+)$/.exec(line);
  if (match !== null) return { kind: 'pretrained', path: (match[1] ?? '').replace(/ [<_].*$/, '') };
  match = /^Loaded checkpoint '(.+)' \(iteration \d+\)$/.exec(line);
  if (match !== null) return { kind: 'resumed', path: match[1] ?? '' };
  match = /^\d+%\|.*\| (\d+)\/(\d+) \[/.exec(line);
  if (match !== null) return { kind: 'bar', done: Number(match[1]), total: Number(match[2]) };
  return line === 'training done' ? { kind: 'training-done' } : null;
}

/** The losses in a `train.log`, one for each step; of a step that was repeated after a resume, the last. Ascending by step. */
export function parseTrainLog(text: string): readonly S2Loss[] {
  const bySteps = new Map<number, S2Loss>();
  for (const line of text.split('\n')) {
    const parsed = parseS2Line(line);
    if (parsed?.kind === 'loss') bySteps.set(parsed.loss.step, parsed.loss);
  }
  return [...bySteps.values()].sort((a, b) => a.step - b.step);
}
