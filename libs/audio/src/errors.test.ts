import { expect, it } from 'vitest';
import { AUDIO_ADVICE, AudioError } from './errors.js';

it('pins the codes: other programs match on them', () => {
  expect(Object.keys(AUDIO_ADVICE)).toEqual([
    'AUDIO_UNREADABLE', 'AUDIO_UNWRITABLE', 'AUDIO_EMPTY', 'AUDIO_FORMAT_UNKNOWN', 'AUDIO_CORRUPT', 'AUDIO_TRUNCATED', 'AUDIO_TOO_LONG', 'AUDIO_CODEC_UNSUPPORTED', 'AUDIO_DECODER_MISSING', 'AUDIO_DECODER_FAILED', 'AUDIO_OPTION_INVALID',
  ]);
});
it('carries code, advice, facts and cause', () => {
  const cause = new Error('why');
  expect(new AudioError('AUDIO_EMPTY', 'what', { path: 'x' }, { cause })).toMatchObject({ name: 'AudioError', code: 'AUDIO_EMPTY', hint: AUDIO_ADVICE.AUDIO_EMPTY, facts: { path: 'x' }, message: 'what', cause });
});
