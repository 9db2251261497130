import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { CLIENT_ADVICE, ClientError } from './errors.js';
import { engineMessage } from './http-error.js';
import { cutSentences } from './testing/sentences.js';
import { dialectOf } from './probe-dialect.js';

describe('the root', () => {
  it('imports nothing of Node, so that browsers can load it', () => {
    const seen = new Set<string>();
    const visit = (url: URL): void => {
      if (seen.has(url.href)) return;
      seen.add(url.href);
      const source = readFileSync(url, 'utf8');
      for (const [, name] of source.matchAll(/(?:from|import\()\s*'([^']+)'/g)) {
        expect(`${url.pathname}: ${name}`).not.toMatch(/: node:/);
        if (name!.startsWith('.')) visit(new URL(name!.replace(/\.js$/, '.ts'), url));
      }
      expect(source.replace(/\/\*\*?[\s\S]*?\*\/|\/\/.*/g, '')).not.toMatch(/\bBuffer\b|\bprocess\./);
    };
    visit(new URL('./index.ts', import.meta.url));
    expect(seen.size).toBeGreaterThan(15);
  });

  it('throws no code without advice', () => {
    const files = readdirSync(new URL('.', import.meta.url), { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.ts') && !name.endsWith('.test.ts'));
    const used = new Set(files.flatMap((name) => [...readFileSync(new URL(name, import.meta.url), 'utf8').matchAll(/'(CLIENT_[A-Z_]+)'/g)].map(([, code]) => code!)));
    expect([...used].sort()).toEqual(Object.keys(CLIENT_ADVICE).filter((code) => used.has(code)).sort());
    expect(new ClientError('CLIENT_TIMEOUT', 'x').hint).toBe(CLIENT_ADVICE.CLIENT_TIMEOUT);
  });
});

describe('engineMessage', () => {
  it.each([
    ['{"message":"tts failed","Exception":"/nope.wav not exists"}', 'tts failed: /nope.wav not exists'],
    ['{"message":"tts failed","Exception":""}', 'tts failed'],
    ['{"code":400,"message":"未指定参考音频且接口无预设"}', '未指定参考音频且接口无预设'],
    ['{"detail":"Not Found"}', 'Not Found'],
    ['{"detail":[{"type":"int_parsing","loc":["query","top_k"],"msg":"Input should be a valid integer"}]}', 'query.top_k: Input should be a valid integer'],
    ['{"error":{"code":"X","message":"no voice"}}', 'no voice'],
    ['Internal Server Error', 'Internal Server Error'],
    ['', ''],
  ])('%s', (body, want) => expect(engineMessage(body)).toBe(want));
});

describe('dialectOf', () => {
  it.each([[{ paths: { '/tts': {} } }, 'api-v2'], [{ paths: { '/': {}, '/change_refer': {} } }, 'api'], [{ paths: { '/synthesize': {} } }, 'guide'], [{ paths: {} }, null], [null, null], ['x', null]])(
    '%j',
    (document, want) => expect(dialectOf(document)).toBe(want),
  );
});

describe('cutSentences', () => {
  it.each([
    ['cut0', '你好。再见！', ['你好。再见！']],
    ['cut5', '今天天气很好，我们出去走走吧。', ['今天天气很好，', '我们出去走走吧。']],
    ['cut5', 'It costs 3.5 dollars. Thank you.', ['It costs 3.5 dollars.', 'Thank you.']],
    ['cut5', '好。', ['好。']],
    ['cut3', '今天天气很好，我们走。明天再说吧。', ['今天天气很好，我们走。', '明天再说吧。']],
    ['cut4', 'One two. Three four.', ['One two.', 'Three four.']],
    ['cut1', '一。二。三。四。五。', ['一。二。三。四。', '五。']],
    ['cut0', 'a\nb', ['a', 'b']],
  ])('%s of %s', (method, text, want) => expect(cutSentences(text, method)).toEqual(want));
});
