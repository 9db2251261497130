import type { Stage } from '@voxtune/pipeline';
import { VERSION_FACTS } from '../profile/versions.js';
import { featureStage, type FeatureStageId } from './feature-stage.js';
import { guideStage } from './guide-stage.js';
import { trainGptStage } from './train-gpt.js';
import { trainSovitsStage } from './train-sovits.js';
import { type TrainingStagesOptions } from './voice-engine.js';

/**
 * The stages that turn a training list into weights: `features-text`, `features-ssl`, `features-speaker` (Pro versions), `features-semantic`,
 * `train-gpt`, `train-sovits`; profile `guide` has the last two. Each is accepted by counting what it wrote.
 * @throws {TrainingError} `TRAINING_OPTION_INVALID` (also for a path outside `root`), `TRAINING_VERSION_UNSUPPORTED`.
 */
export function trainingStages(options: TrainingStagesOptions): readonly Stage[] {
  if (options.profile === 'guide') return [guideStage('train-gpt', [], options), guideStage('train-sovits', ['train-gpt'], options)];
  const version = options.version ?? 'v2Pro';
  const ids: readonly FeatureStageId[] = ['features-text', 'features-ssl', ...(VERSION_FACTS[version]?.speaker === true ? (['features-speaker'] as const) : []), 'features-semantic'];
  return [
    ...ids.map((id, index) => featureStage(id, ids.slice(0, index), options)),
    trainGptStage(ids, options),
    trainSovitsStage([...ids, 'train-gpt'], options),
  ];
}
