/** Clips below this count are repeated to about this count (GPT-SoVITS 48b1a01, AR/data/dataset.py and module/data_utils.py: min_num). */
export const REPEAT_BELOW = 100;

/** The optimizer steps at batch 4, 8, … of an epoch, never at its end (seen on GPT-SoVITS 48b1a01): fewer batches train nothing. */
export const MIN_GPT_BATCHES = 5;

/** Utterances an epoch runs over, after the engine's repetition of small sets. */
export const epochItems = (clips: number): number =>
  clips >= REPEAT_BELOW || clips <= 0 ? Math.max(0, clips) : clips * Math.max(2, Math.floor(REPEAT_BELOW / clips));

/**
 * The batch size the GPT is trained with: the wish, lowered until an epoch has at least {@link MIN_GPT_BATCHES} batches,
 * since with fewer the optimizer never steps and the "trained" weights equal the pretrained ones.
 * @param wanted - A positive integer.
 * @param clips - Utterances to train on; null when not known yet (the wish then stands).
 * @param devices - GPUs that share an epoch. @default 1
 */
export function planGptBatch(wanted: number, clips: number | null, devices = 1): number {
  if (clips === null) return wanted;
  const share = Math.ceil(epochItems(clips) / Math.max(1, devices));
  return Math.max(1, Math.min(wanted, Math.floor((share - 1) / (MIN_GPT_BATCHES - 1))));
}

/** Batches in one GPT epoch on one device; upstream also caps the batch at a quarter of the items (data_module.py). */
export function gptBatchesPerEpoch(batchSize: number, clips: number, devices = 1): number {
  const items = epochItems(clips);
  const batch = Math.max(1, Math.min(batchSize, Math.floor(items / 4)));
  return Math.ceil(Math.ceil(items / Math.max(1, devices)) / batch);
}

/**
 * The save interval that exports the last epoch: the engine exports only where `epoch % interval == 0`, so it must divide `epochs`.
 * @returns The largest divisor of `epochs` that is not above `wanted`; at least 1.
 */
export function planSaveInterval(epochs: number, wanted: number): number {
  for (let interval = Math.min(epochs, Math.max(1, wanted)); interval > 1; interval -= 1) if (epochs % interval === 0) return interval;
  return 1;
}

/** Epochs whose weights are exported, ascending; the last is `epochs`. */
export const exportedEpochs = (epochs: number, interval: number): readonly number[] =>
  Array.from({ length: Math.floor(epochs / interval) }, (_, index) => (index + 1) * interval);

/** Loss lines an epoch should have at least, so that a curve and a stuck loss can be seen. Ours. */
const LINES_PER_EPOCH = 4;

/** Steps between loss lines of SoVITS training: the template's interval, less on small sets (there it would log once in all). */
export function planLogInterval(template: number, batchSize: number, clips: number | null): number {
  if (clips === null) return template;
  const batches = Math.max(1, Math.ceil(epochItems(clips) / Math.max(1, batchSize)));
  return Math.max(1, Math.min(template, Math.floor(batches / LINES_PER_EPOCH)));
}
