import { type WireTable } from './table.js';

/** api.py, `POST /` (GPT-SoVITS 48b1a01). It has no seed; the media type is set when the server starts. */
export const API = {
  dialect: 'api',
  route: '/',
  fields: {
    text: 'text',
    textLanguage: 'text_language',
    promptAudioPath: 'refer_wav_path',
    promptText: 'prompt_text',
    promptLanguage: 'prompt_language',
    auxPromptAudioPaths: null, // `inp_refs` is accepted, but its entries raise an AttributeError that the server logs and ignores
    speed: 'speed',
    topK: 'top_k',
    topP: 'top_p',
    temperature: 'temperature',
    repetitionPenalty: null,
    seed: null,
    splitMethod: null,
    batchSize: null,
    batchThreshold: null,
    splitBucket: null,
    parallelInfer: null,
    fragmentIntervalSec: null,
    sampleSteps: 'sample_steps',
    superSampling: 'if_sr',
    overlapLength: null,
    minChunkLength: null,
    mediaType: null,
    streamingMode: null,
  },
  constants: {},
  mediaTypes: ['wav'],
  limitsPromptLength: false,
} as const satisfies WireTable;
