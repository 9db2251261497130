import { TrainingError } from '../errors.js';
import { scanTorchFile } from '../torch/not-numbers.js';

/** What looking into exported weights showed. */
export type WeightsLook = { /** Why the voice cannot be trusted; null when nothing speaks against it. */ readonly bad: string | null; readonly notes: readonly string[] };

/**
 * Looks into a weight file that is whole by its zip: are its numbers numbers?
 * A file that holds something this library does not know stays accepted, and that is said: a newer engine may write more.
 * @param head - Its first two bytes.
 */
export async function lookIntoWeights(path: string, head: string, signal?: AbortSignal): Promise<WeightsLook> {
  try {
    const { tensors, notFinite, numbers } = await scanTorchFile(path, { head, signal });
    if (tensors.length === 0) return { bad: `${path} holds no tensor`, notes: [] };
    return { bad: notFinite === 0 ? null : `${notFinite} of ${numbers} numbers in ${path} are NaN or infinite`, notes: [] };
  } catch (error) {
    if (error instanceof TrainingError) return { bad: null, notes: [`weights were not looked into: ${error.message}`] };
    throw error;
  }
}
