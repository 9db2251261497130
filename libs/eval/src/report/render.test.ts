import { describe, expect, it } from 'vitest';
import { evaluateVoice } from '../evaluate/evaluate-voice.js';
import { type EvaluationReport } from './schema.js';
import { escapeHtml } from './html.js';
import { rankSentences } from './rank-sentences.js';
import { renderEvaluationSection } from './render.js';

const tone = (): Float32Array => Float32Array.from({ length: 24_000 }, (_, n) => (n < 20_000 ? 0.3 : 0.0003) * Math.sin(n / 20));
const evil = '<img src=x onerror="alert(1)"> & \'您好\'';

async function evaluate(rtfSec: number, judged = true, good = false): Promise<EvaluationReport> {
  const level: Record<string, number> = { a: 4, b: 2, d: 3.9 };
  let at = 0;
  return evaluateVoice({
    sentences: ['a', 'b', 'c', 'd'].map((id) => ({ id, text: `${evil} ${id}`, language: 'zh', real: { samples: tone(), sampleRateHz: 16_000 } })),
    synthesize: async (text) => {
      if (text.endsWith(' c') && !good) throw Object.assign(new Error(`engine <b>broke</b>`), { code: 'CLIENT_HTTP' });
      return { samples: tone(), sampleRateHz: 16_000, elapsedSec: rtfSec };
    },
    dnsmos: {
      model: { p835: null, p808: { id: 'dnsmos-p808', sha256: '0123456789abcdef' }, melVariant: 'librosa-0.8.1' },
      score: async () => ({ sig: null, bak: null, ovrl: null, p808: good ? 4 : [4.4, level.a!, 4.4, level.b!, 4.4, 4.4, level.d!][at++]!, segments: [] }),
      dispose: async () => undefined,
    },
    judged,
  });
}

it('lists the failed sentence first, then the lowest against its threshold', async () => {
  expect(rankSentences(await evaluate(1)).map(({ id }) => id)).toEqual(['c', 'b', 'd', 'a']);
});

describe('the section', () => {
  it('shows value, interval, count, ceiling, threshold and verdict of each measure', async () => {
    const { id, title, html } = renderEvaluationSection(await evaluate(1));
    expect([id, title]).toEqual(['evaluation', 'Evaluation']);
    const mos = html.match(/<tr><td>MOS \(DNSMOS P\.808\).*?<\/tr>/)![0];
    expect(mos.replace(/<[^>]+>/g, '|').replace(/\|+/g, '|')).toMatch(/^\|MOS \(DNSMOS P\.808\)\|dnsmos-p808 \(front end of librosa-0\.8\.1\)\|3\.300\|2\.000 … 4\.000\|3\|4\.400 \|\(4\)\|&#62; 3\.5\|fail\|/);
    expect(html).toContain('no UTMOS model was given, and fewer than 5 real clips');
    expect(html).toContain('1 of 4 sentences failed');
  });

  it('escapes all text, and holds no script and no other host', async () => {
    const { html } = renderEvaluationSection(await evaluate(1), { audio: () => 'data:audio/wav;base64,AA"><script>' });
    expect(html).not.toMatch(/<img|<script|<b>broke|https?:|onerror="/);
    expect(html).toContain(escapeHtml(evil));
    expect(html).toContain('<audio controls preload="none" aria-label="synthetic" src="data:audio/wav;base64,AA&#34;&#62;&#60;script&#62;"></audio>');
  });

  it('keeps embedded sound out of the players, in blocks behind the last of them, each once', async () => {
    const sound = (bytes: string): string => `data:audio/wav;base64,${bytes}`;
    const { html } = renderEvaluationSection(await evaluate(1), { audio: (id) => (id === 'c' ? undefined : sound(`QUJ${id.toUpperCase()}`)), realAudio: (id) => (id === 'a' ? sound('UkVBTA==') : 'elsewhere/b.wav') });
    expect(html).not.toContain('data:audio');
    expect(html.match(/<audio [^>]*data-sound="[^"]+"/g)).toHaveLength(4);
    expect(html.match(/<audio [^>]*src="elsewhere\/b\.wav"/g)).toHaveLength(3);
    const [rows, behind] = html.split('</table><noscript>').slice(-2) as [string, string];
    const blocks = new Map([...behind.matchAll(/<script type="text\/plain" id="([\w-]+)" data-type="audio\/wav">([\w+/=]*)<\/script>/g)].map(([, id, bytes]) => [id!, bytes!]));
    const players = [...rows.matchAll(/aria-label="([^"]+)" data-sound="([^"]+)"/g)].map(([, label, id]) => `${label} ${blocks.get(id!)}`);
    expect(players).toEqual(['synthetic QUJB', 'synthetic QUJD', 'synthetic QUJA', 'real recording UkVBTA==']); // worst first
    expect([...blocks.values()].sort()).toEqual(['QUJA', 'QUJB', 'QUJD', 'UkVBTA==']);
  });

  it('has players for what the caller gives, the real recording beside it', async () => {
    const { html } = renderEvaluationSection(await evaluate(1), { audio: (id) => (id === 'a' ? 'data:a' : undefined), realAudio: (id) => (id === 'b' ? 'data:b' : undefined) });
    expect(html.match(/<audio/g)).toHaveLength(2);
  });

  it('keeps what a clock made inside data-timing: all else is the same however fast it was', async () => {
    const strip = (html: string): string => { // spans nest inside data-timing, so they are taken out by depth
      let rest = html;
      for (let start = rest.indexOf('<span data-timing>'); start >= 0; start = rest.indexOf('<span data-timing>')) {
        let depth = 0;
        let end = start;
        for (const tag of rest.slice(start).matchAll(/<(\/?)span[^>]*>/g)) {
          depth += tag[1] === '' ? 1 : -1;
          if (depth === 0) { end = start + tag.index + tag[0].length; break; }
        }
        rest = rest.slice(0, start) + rest.slice(end);
      }
      return rest;
    };
    const [quick, slow] = [renderEvaluationSection(await evaluate(0.5)).html, renderEvaluationSection(await evaluate(0.7)).html];
    expect(quick).not.toBe(slow);
    expect(strip(quick)).toBe(strip(slow));
    expect(strip(quick)).not.toContain('0.333');
    expect(quick).toContain('0.333');
    const passed = [0.5, 99].map((seconds) => evaluate(seconds, true, true));
    expect((await passed[1]!).verdict).toBe('pass');
    expect(strip(renderEvaluationSection(await passed[0]!).html)).toBe(strip(renderEvaluationSection(await passed[1]!).html));
    expect(renderEvaluationSection(await passed[1]!).html).toContain('with speed: fail');
    const over = renderEvaluationSection(await evaluate(99)).html; // speed fails: its verdict is a clock's too
    expect(strip(over)).toBe(strip(quick));
  });

  it('says that a stand-in is not judged, without a red word', async () => {
    const { html } = renderEvaluationSection(await evaluate(1, false));
    expect(html).toContain('stand-in: not judged');
    expect(html.match(/class="[^"]*bad[^"]*"/g)).toHaveLength(2); // the sentence that failed is a fact, judged or not
  });

  it('closes what it opens', async () => {
    const { html } = renderEvaluationSection(await evaluate(1));
    const open: string[] = [];
    for (const [, close, tag] of html.matchAll(/<(\/?)([a-z]+)[^>]*>/g)) {
      if (tag === 'br') continue;
      if (close === '') open.push(tag!);
      else expect(open.pop()).toBe(tag);
    }
    expect(open).toEqual([]);
    expect(html).not.toMatch(/NaN|undefined|null/);
  });
});
