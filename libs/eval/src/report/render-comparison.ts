import { createRandom } from '../bootstrap.js';
import { type RunComparison } from './compare-reports.js';
import { escapeHtml, formatNumber } from './html.js';
import { renderPage } from './page.js';
import { collectSounds } from './sounds.js';

export type RenderComparisonOptions = {
  readonly firstName: string;
  readonly secondName: string;
  /** A sentence's audio of each system, a data URI or an address; undefined: it is left out of the listening part. */
  readonly audio?: (id: string, system: 'first' | 'second') => string | undefined;
  /** Order of sentences and sides, an integer. @default 1 */
  readonly seed?: number;
};

const TITLES: Readonly<Record<string, string>> = { similarity: 'Speaker similarity', p808: 'DNSMOS P.808', utmos: 'UTMOS22', naturalness: 'Naturalness', intelligibility: 'Intelligibility', ovrl: 'DNSMOS OVRL', sig: 'DNSMOS SIG', bak: 'DNSMOS BAK' };
const BETTER_CLASS = { first: 'ok', second: 'ok', undecided: 'muted' } as const;

/**
 * Two runs on one offline page: measures paired by sentence, and a blind comparison by ear: for each sentence two players, A and B, sides drawn by the seed;
 * which is which is told once every sentence has an answer (or when the listener gives up).
 */
export function renderComparisonPage(comparison: RunComparison, { firstName, secondName, audio, seed = 1 }: RenderComparisonOptions): string {
  const { rows, pairs, unpaired } = comparison;
  const table = rows.length === 0 ? '<p class="muted">No measure was taken of both.</p>'
    : `<table class="table measures"><caption>Differences are ${escapeHtml(secondName)} − ${escapeHtml(firstName)}, sentence by sentence, with 95 % bootstrap intervals</caption><thead><tr><th>Measure</th><th class="num">${escapeHtml(firstName)}</th><th class="num">${escapeHtml(secondName)}</th><th class="num">Difference</th><th class="num">Interval</th><th class="num">Higher / lower / equal</th><th>Better</th></tr></thead><tbody>${rows.map((row) => `<tr><td>${TITLES[row.measure] ?? row.measure}</td><td class="num" data-label="${escapeHtml(firstName)}">${formatNumber(row.firstMean, 3)}</td><td class="num" data-label="${escapeHtml(secondName)}">${formatNumber(row.secondMean, 3)}</td><td class="num" data-label="difference">${formatNumber(row.mean, 3)}</td><td class="num" data-label="interval">${row.low === null ? '–' : `${formatNumber(row.low, 3)} … ${formatNumber(row.high, 3)}`}</td><td class="num" data-label="higher / lower / equal">${row.wins} / ${row.losses} / ${row.ties}</td><td data-label="better" class="${BETTER_CLASS[row.better]}">${row.better === 'undecided' ? `undecided${row.neededPairs === null ? '' : `; about ${row.neededPairs} sentences would tell`}` : escapeHtml(row.better === 'first' ? firstName : secondName)}</td></tr>`).join('')}</tbody></table>`;
  const left = [...unpaired.first.map((id) => `${id} (${firstName} only)`), ...unpaired.second.map((id) => `${id} (${secondName} only)`)];
  const missing = left.length === 0 ? '' : `<details><summary>${left.length} sentences are in one run only and were not compared</summary><p class="muted">${left.map(escapeHtml).join(', ')}</p></details>`;

  const random = createRandom(seed);
  const heard = pairs.flatMap(({ id, text }) => {
    const first = audio?.(id, 'first'), second = audio?.(id, 'second');
    if (first === undefined || second === undefined) return [];
    const swapped = random() < 0.5;
    return [{ text, sides: swapped ? ([second, first] as const) : ([first, second] as const), swapped: swapped ? 1 : 0, order: random() }];
  }).sort((a, b) => a.order - b.order);
  const sounds = collectSounds('comparison');
  const player = (source: string, name: string): string => `<span><b>${name}</b> ${sounds.player(source, name)}</span>`;
  const trials = heard.map(({ text, sides, swapped }, i) => `<div class="trial" data-swapped="${swapped}"><p>${i + 1}. ${escapeHtml(text)}</p><div class="sides">${player(sides[0], 'A')}${player(sides[1], 'B')}</div><div role="group" aria-label="Which sounds better?">${(['A', 'B', 'the same'] as const).map((answer) => `<button type="button" data-answer="${answer === 'the same' ? '=' : answer}" aria-pressed="false">${answer === 'the same' ? 'No difference' : `${answer} sounds better`}</button>`).join(' ')} <span class="told muted"></span></div></div>`);
  const listening = heard.length === 0 ? [] : [{
    id: 'listen', title: 'Listen, without knowing which is which',
    html: `<style>.trial{border-top:1px solid var(--line);padding:10px 0}.trial p{margin:0 0 6px}.sides{display:flex;flex-wrap:wrap;gap:8px 24px;margin:0 0 8px}.sides span{display:flex;flex:1 1 280px;gap:8px;align-items:center}.sides audio{flex:1;min-width:220px}</style><p class="muted">Sides change from sentence to sentence. Names are told when every sentence has its answer.</p>${trials.join('')}<p id="tally" role="status" class="muted">0 of ${heard.length} answered</p><p><button type="button" id="tell">Tell now</button></p>${sounds.html()}`,
  }];
  return renderPage({
    title: `${firstName} and ${secondName}`, subtitle: `${pairs.length} sentence${pairs.length === 1 ? '' : 's'} in both`,
    sections: [{ id: 'measures', title: 'Measured', html: `${table}${missing}` }, ...listening],
    ...(heard.length === 0 ? {} : { script: listeningScript(firstName, secondName) }),
  });
}

/** Counts answers, and tells the names once all are in. Names reach the script as JSON without `<`. */
function listeningScript(firstName: string, secondName: string): string {
  const names = JSON.stringify([firstName, secondName]).replace(/[<\u2028\u2029]/g, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`);
  return `(()=>{const names=${names},trials=[...document.querySelectorAll('.trial')],answers=new Map(),tally=document.getElementById('tally');let told=false;
const of=(trial,answer)=>answer==='='?null:(answer==='A')===(trial.dataset.swapped==='0')?0:1;
const tell=()=>{told=true;const won=[0,0];let same=0;for(const trial of trials){const answer=answers.get(trial);const [a,b]=trial.dataset.swapped==='0'?names:[names[1],names[0]];trial.querySelector('.told').textContent='A is '+a+', B is '+b;if(answer===undefined)continue;const who=of(trial,answer);if(who===null)same++;else won[who]++}const times=(count)=>count===1?'once':count+' times';tally.textContent=names[0]+' preferred '+times(won[0])+', '+names[1]+' '+times(won[1])+', no difference '+times(same)+', of '+trials.length};
for(const trial of trials)trial.addEventListener('click',(event)=>{const button=event.target.closest('button[data-answer]');if(!button||told)return;answers.set(trial,button.dataset.answer);for(const one of trial.querySelectorAll('button'))one.setAttribute('aria-pressed',String(one===button));if(answers.size===trials.length)tell();else tally.textContent=answers.size+' of '+trials.length+' answered'});
document.getElementById('tell').addEventListener('click',tell)})()`;
}
