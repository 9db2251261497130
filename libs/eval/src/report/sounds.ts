import { escapeHtml } from './html.js';

/** The sound of a page: players where they are shown, the bytes once, at the end. */
export type Sounds = {
  /** A player of one sound. A data URI in base64 becomes a block of the page; any other address stays with the player. */
  player(source: string, label: string): string;
  /** The blocks and what reads them, to be put behind the last player; '' when no player needs them. */
  html(): string;
};

/**
 * Keeps embedded sound out of the way while a page is read: a browser takes each player's address apart as it meets it, which for 38 MB of data URIs
 * was three of the five seconds a report of 2000 sentences took to open. Here the base64 lies in inert blocks, and a player is given its sound when it comes into view.
 * @param prefix - Makes ids that no other part of the page has.
 */
export function collectSounds(prefix: string): Sounds {
  const blocks: string[] = [];
  return {
    player(source, label) {
      const [, type, base64] = /^data:([\w/+.-]+);base64,([A-Za-z0-9+/]*={0,2})$/.exec(source) ?? [];
      const element = (from: string): string => `<audio controls preload="none" aria-label="${escapeHtml(label)}" ${from}></audio>`;
      if (type === undefined) return element(`src="${escapeHtml(source)}"`);
      const id = `${prefix}-sound-${blocks.length + 1}`;
      blocks.push(`<script type="text/plain" id="${id}" data-type="${type}">${base64}</script>`);
      return element(`data-sound="${id}"`);
    },
    html: () => (blocks.length === 0 ? '' : `<noscript><p class="muted">The players of this page need scripts, which are off here.</p></noscript>\n${blocks.join('\n')}\n<script>${SOUND_SCRIPT}</script>`),
  };
}

/** Gives each player its sound once, when it comes near the window. */
const SOUND_SCRIPT = `(()=>{const give=(player)=>{const block=document.getElementById(player.dataset.sound);if(!block||player.src)return;const text=atob(block.textContent),bytes=new Uint8Array(text.length);for(let i=0;i<bytes.length;i++)bytes[i]=text.charCodeAt(i);player.src=URL.createObjectURL(new Blob([bytes],{type:block.dataset.type}))};
const near=new IntersectionObserver((seen)=>{for(const {isIntersecting,target} of seen)if(isIntersecting){near.unobserve(target);give(target)}},{rootMargin:'400px'});
for(const player of document.querySelectorAll('audio[data-sound]'))near.observe(player)})()`;
