// The clip on the screen and in the ears: wavesurfer.js with one marked part, whose edges are dragged to trim.
import WaveSurfer from 'wavesurfer.js';
import RegionsPlugin from 'wavesurfer.js/plugins/regions';
import type { WavShape } from './wav.js';

export type Wave = {
  show(shape: WavShape, sound: Blob): Promise<void>;
  clear(): void;
  play(): void;
  toggle(): void;
  pause(): void;
  restart(): void;
  skip(sec: number): void;
  /** Seconds from the start of the clip. */
  readonly positionSec: number;
  readonly durationSec: number;
  readonly isPlaying: boolean;
  /** What is marked, `[from, to)` in seconds; the whole clip to begin with. */
  readonly marked: { readonly fromSec: number; readonly toSec: number };
  mark(edge: 'start' | 'end', atSec: number): void;
  setLoop(on: boolean): void;
  setSpeed(rate: number): void;
  /** Up is nearer. @returns Pixels a second, at least; 0: the clip fills the width. */
  zoom(direction: 'in' | 'out'): number;
};

const NEAREST_PX_PER_SEC = 800;
const MIN_MARK_SEC = 0.1;

const metadataOf = (media: HTMLMediaElement): Promise<void> => new Promise((resolve) => {
  if (media.readyState >= HTMLMediaElement.HAVE_METADATA || media.error !== null) { resolve(); return; }
  for (const event of ['loadedmetadata', 'error', 'emptied']) media.addEventListener(event, () => resolve(), { once: true });
});

export function createWave(container: HTMLElement, { nonce, onChange }: { readonly nonce: string; readonly onChange: () => void }): Wave {
  const colour = (name: string): string => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
  const regions = RegionsPlugin.create();
  const media = new Audio();
  media.preservesPitch = true;
  const colours = () => ({ waveColor: colour('--wave'), progressColor: colour('--accent'), cursorColor: colour('--ink') });
  const wave = WaveSurfer.create({ container, media, height: 160, normalize: true, cursorWidth: 2, dragToSeek: false, plugins: [regions], cspNonce: nonce, ...colours() });
  matchMedia('(prefers-color-scheme: dark)').addEventListener('change', () => wave.setOptions(colours()));
  let region: ReturnType<typeof regions.addRegion> | null = null;
  let url: string | null = null;
  let loop = false;
  let speed = 1;
  let pxPerSec = 0;
  let durationSec = 0;
  let atSec = 0; // a pause's own place: while it seeks, the player may still tell the place before
  const bounds = () => ({ fromSec: region?.start ?? 0, toSec: region?.end ?? durationSec });
  const seek = (sec: number): void => {
    atSec = Math.min(durationSec, Math.max(0, sec));
    wave.setTime(atSec);
  };
  const reachEnd = (): void => {
    seek(bounds().fromSec);
    if (loop) void wave.play().catch(() => undefined);
    else wave.pause();
  };
  wave.on('interaction', (sec) => { atSec = sec; });
  wave.on('timeupdate', (sec) => {
    if (wave.isPlaying()) atSec = sec;
    if (wave.isPlaying() && durationSec > 0 && sec >= bounds().toSec - 0.005 && bounds().toSec < durationSec - 0.01) reachEnd();
    onChange();
  });
  wave.on('finish', reachEnd);
  wave.on('play', onChange);
  wave.on('pause', onChange);
  wave.on('error', () => undefined); // the page says itself when a sound cannot be fetched
  regions.on('region-updated', onChange);
  const play = (): void => {
    const { fromSec, toSec } = bounds();
    if (atSec < fromSec - 0.01 || atSec >= toSec - 0.02) seek(fromSec);
    void wave.play().catch(() => undefined); // a browser may want a press first
  };
  return {
    show: async (shape, sound) => {
      if (url !== null) URL.revokeObjectURL(url);
      url = URL.createObjectURL(sound);
      durationSec = shape.durationSec;
      atSec = 0;
      regions.clearRegions();
      region = null;
      await wave.load(url, [shape.peaks], shape.durationSec);
      await metadataOf(media); // before it a place that is sought is forgotten
      wave.setPlaybackRate(speed, true);
      if (pxPerSec > 0) wave.zoom(pxPerSec);
      region = regions.addRegion({ id: 'marked', start: 0, end: durationSec, drag: false, resize: true, color: 'transparent', minLength: MIN_MARK_SEC });
      onChange();
    },
    clear: () => { wave.pause(); regions.clearRegions(); region = null; durationSec = 0; wave.empty(); },
    play,
    toggle: () => { if (wave.isPlaying()) wave.pause(); else play(); },
    pause: () => wave.pause(),
    restart: () => { seek(bounds().fromSec); play(); },
    skip: (sec) => { seek(atSec + sec); onChange(); },
    get positionSec() { return atSec; },
    get durationSec() { return durationSec; },
    get isPlaying() { return wave.isPlaying(); },
    get marked() { return bounds(); },
    mark: (edge, atSec) => {
      const { fromSec, toSec } = bounds();
      if (edge === 'start' && atSec < toSec - MIN_MARK_SEC) region?.setOptions({ start: atSec, end: toSec });
      if (edge === 'end' && atSec > fromSec + MIN_MARK_SEC) region?.setOptions({ start: fromSec, end: atSec });
      onChange();
    },
    setLoop: (on) => { loop = on; },
    setSpeed: (rate) => { speed = rate; wave.setPlaybackRate(rate, true); },
    zoom: (direction) => {
      const fit = container.clientWidth / Math.max(0.1, durationSec);
      const from = Math.max(pxPerSec, fit);
      const next = direction === 'in' ? Math.min(NEAREST_PX_PER_SEC, from * 1.5) : from / 1.5;
      pxPerSec = next <= fit ? 0 : next;
      wave.zoom(pxPerSec);
      return pxPerSec;
    },
  };
}
