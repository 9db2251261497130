import { detectLanguage } from '@voxtune/text';
import { expect, it } from 'vitest';
import { SERVICE_SENTENCES } from './sentences.js';

const KINDS = ['ordinary', 'digits', 'telephone', 'amount', 'date', 'name', 'mixed', 'one word', 'very long', 'tongue twister'];

it.each(['zh', 'en', 'ja', 'ko', 'yue'])('%s has sentences of every kind, ids of their own, and ordinary ones among the first', (language) => {
  const sentences = SERVICE_SENTENCES[language]!;
  expect(new Set(sentences.map(({ kind }) => kind))).toEqual(new Set(KINDS));
  expect(new Set(sentences.map(({ id }) => id)).size).toBe(sentences.length);
  expect(new Set(sentences.map(({ text }) => text)).size).toBe(sentences.length);
  const of = (kind: string): string => sentences.find((one) => one.kind === kind)!.text;
  for (const kind of ['digits', 'telephone', 'amount', 'date']) expect(of(kind), kind).toMatch(/\d/);
  expect(of('mixed')).toMatch(language === 'en' ? /\p{Script=Han}/u : /[A-Za-z]{2}/);
  expect(of('very long').length).toBeGreaterThan(5 * of('one word').length);
  expect(sentences.slice(0, 4).filter(({ kind }) => kind === 'ordinary')).toHaveLength(2);
  for (const { text } of sentences.filter(({ kind }) => kind === 'ordinary')) expect(language === 'yue' ? ['yue', 'zh'] : [language], text).toContain(detectLanguage(text)); // not every Cantonese sentence tells itself from Mandarin
});
