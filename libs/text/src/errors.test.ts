import { expect, it } from 'vitest';
import { TEXT_ADVICE, TextError } from './errors.js';

it('pins the codes: other programs match on them', () => { expect(Object.keys(TEXT_ADVICE)).toEqual(['TEXT_OPTION_INVALID']); });

it('carries code, advice, facts and cause', () => {
  const cause = new Error('why');
  const error = new TextError('TEXT_OPTION_INVALID', 'what', { unit: 'x' }, { cause });
  expect(error).toMatchObject({ name: 'TextError', code: 'TEXT_OPTION_INVALID', hint: TEXT_ADVICE.TEXT_OPTION_INVALID, facts: { unit: 'x' }, message: 'what', cause });
});
