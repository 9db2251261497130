import type { SynthesisRequest } from './request.js';

/** The emotion that is the request's own prompt: the guide's default. */
export const NEUTRAL = 'neutral';

/** Puts the prompt of the emotion asked for in the place of the request's own. @returns The request, and a warning for an emotion that there is no prompt for. */
export function choosePrompt({ emotion = NEUTRAL, emotionPrompts = {}, ...request }: SynthesisRequest): { readonly request: SynthesisRequest; readonly warnings: readonly string[] } {
  if (emotion === NEUTRAL && !Object.hasOwn(emotionPrompts, NEUTRAL)) return { request, warnings: [] };
  const prompt = Object.hasOwn(emotionPrompts, emotion) ? emotionPrompts[emotion] : undefined;
  if (prompt === undefined) return { request, warnings: [`emotion ${JSON.stringify(emotion)} has no prompt audio: the voice's own was taken; there are ${[NEUTRAL, ...Object.keys(emotionPrompts)].join(', ')}`] };
  const { promptText: _text, promptDurationSec: _durationSec, ...rest } = request; // they belong to the other prompt
  return { request: { ...rest, ...prompt }, warnings: [] };
}
