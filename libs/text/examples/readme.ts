import { corpusErrorRate, cutSentences, editAlignment, errorRate, normalizeText } from '@voxtune/text';

const heard = errorRate('手机号13800138000', '手机号幺三八零零一三八零零零', { language: 'zh', unit: 'character' });
const literal = errorRate('手机号13800138000', '手机号幺三八零零一三八零零零', { language: 'zh', unit: 'character', normalizer: 'none' });
const corpus = corpusErrorRate([{ reference: "It's 5 o'clock.", hypothesis: 'its five oclock' }], { language: 'en' });
const { ops } = editAlignment(['your', 'order', 'is', 'ready'], ['your', 'order', 'ready']);

const results = [
  heard.rate === 0, // digits, 幺 and punctuation are read, not spelled
  literal.edits === 11 && literal.rate === 11 / 14,
  corpus.micro.wer === 2 / 3, // apostrophes inside words count
  ops.filter((op) => op.kind === 'deletion').length === 1,
  normalizeText('ＶＩＰ會員，您好！', { language: 'zh' }) === 'vip会员您好',
  cutSentences('您好，请稍等。谢谢！', 'cut5').length === 3,
];
if (results.includes(false)) throw new Error(`unexpected results: ${JSON.stringify(results)}`);
