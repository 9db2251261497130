import assert from 'node:assert/strict';
import { formatPlan, planTraining, probeCheckout, trainingStages, TrainingError, type TrainingPlanOptions } from '@voxtune/training';

const voice = '/voices/staff001';
const options: TrainingPlanOptions = {
  engineRoot: '/opt/GPT-SoVITS', // need not exist to be planned for
  name: 'staff001', version: 'v2Pro', language: 'zh', device: 'cuda',
  gpt: { epochs: 15, saveEvery: 5 }, sovits: { epochs: 8, saveEvery: 4 },
  clipCount: 60,
  paths: {
    expDir: `${voice}/work/experiment`, gptWeightsDir: `${voice}/work/gpt`, sovitsWeightsDir: `${voice}/work/sovits`, configDir: `${voice}/work/configs`,
    listPath: `${voice}/work/lists/train.list`, clipsDir: `${voice}/work/clips`,
  },
};

// A plan is data: every process with its arguments, environment, files, and what it must leave on disk.
const plan = planTraining(options);
assert.deepEqual(plan.steps.map(({ id }) => id), ['features-text', 'features-ssl', 'features-speaker', 'features-semantic', 'train-gpt', 'train-sovits']);
const gpt = plan.steps.find(({ id }) => id === 'train-gpt');
assert.deepEqual(gpt?.args, ['-s', 'GPT_SoVITS/s1_train.py', '--config_file', `${voice}/work/configs/tmp_s1.yaml`]);
assert.equal(gpt?.expects[0]?.path, `${voice}/work/gpt/staff001-e15.ckpt`);

// The same plan as text for a shell: paste it and the same commands run.
assert.match(formatPlan(plan), /cat > \/voices\/staff001\/work\/configs\/tmp_s1\.yaml <<'VOXTUNE_END'/);

// The same plan as stages for @voxtune/pipeline's runPipeline: run, resumed, and accepted by counting what they wrote.
const stages = trainingStages({ ...options, root: voice, needs: [] });
assert.deepEqual(stages.map(({ id }) => id), plan.steps.map(({ id }) => id));

// What is wrong is an error with a code for programs and a hint for people.
const error = await probeCheckout('/no/such/folder').catch((caught: unknown) => caught);
assert.ok(error instanceof TrainingError);
assert.equal(error.code, 'TRAINING_NOT_A_CHECKOUT');
