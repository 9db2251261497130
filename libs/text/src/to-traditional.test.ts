import { describe, expect, it } from 'vitest';
import { toSimplified } from './to-simplified.js';
import { toTraditional } from './to-traditional.js';

describe('toTraditional', () => {
  // OpenCC's own test cases of s2tw and its documentation's examples of one-to-many characters: 发, 后, 里, 干, 面.
  it.each([['头发', '頭髮'], ['发现', '發現'], ['皇后', '皇后'], ['以后', '以後'], ['里程', '里程'], ['这里', '這裡'], ['干净', '乾淨'], ['面条', '麵條'], ['欢迎来到我们的客服中心', '歡迎來到我們的客服中心'], ['hello 123', 'hello 123']])('writes %s as %s', (simplified, traditional) => {
    expect(toTraditional(simplified)).toBe(traditional);
    expect(toSimplified(traditional)).toBe(simplified);
  });
});
