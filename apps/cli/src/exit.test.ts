import { expect, it } from 'vitest';
import { CLI_ADVICE, CliError, Exit, exitCodeOf, failureOf } from './exit.js';

it.each([
  ['CLI_USAGE', Exit.usage], ['CLI_CONFIG_MISSING', Exit.usage], ['PIPELINE_STAGE_UNKNOWN', Exit.usage],
  ['CLI_OWN_OUTPUT', Exit.usage], ['CLIENT_REQUEST_INVALID', Exit.usage], ['SERVING_KEYS_NEEDED', Exit.usage], ['SERVING_VOICE_DUPLICATE', Exit.usage], ['AUDIO_OPTION_INVALID', Exit.usage],
  ['DATASET_ANYTHING', Exit.inputRejected], ['AUDIO_FORMAT_UNKNOWN', Exit.inputRejected], ['CLI_NO_WORDS', Exit.inputRejected],
  ['AUDIO_DECODER_MISSING', Exit.environment], ['AUDIO_UNWRITABLE', Exit.environment], ['TRAINING_NOT_A_CHECKOUT', Exit.environment], ['PIPELINE_DISK_FULL', Exit.environment],
  ['TRAINING_CUDA_OUT_OF_MEMORY', Exit.failed], ['SERVING_ENGINE_SILENT', Exit.failed], ['CLI_UNEXPECTED', Exit.failed],
  ['PIPELINE_ABORTED', Exit.interrupted], ['CLI_BELOW_THRESHOLD', Exit.belowThreshold],
])('%s ends with %d', (code, exit) => expect(exitCodeOf(code)).toBe(exit));

it('keeps the code, hint and facts of any library\'s error', () => {
  const error = new CliError('CLI_NO_WORDS', 'no words', { clips: 3 });
  expect(failureOf(error)).toEqual({ code: 'CLI_NO_WORDS', message: 'no words', hint: CLI_ADVICE.CLI_NO_WORDS, facts: { clips: 3 } });
});
it.each([['ENOSPC', 'CLI_DISK_FULL'], ['EACCES', 'CLI_NOT_WRITABLE'], ['EROFS', 'CLI_NOT_WRITABLE'], ['ENOENT', 'CLI_PATH_MISSING']])('names the system error %s', (system, code) => {
  expect(failureOf(Object.assign(new Error('x'), { code: system })).code).toBe(code);
});
it('says of anything else that it is a defect of ours', () => expect(failureOf(new TypeError('x')).code).toBe('CLI_UNEXPECTED'));
