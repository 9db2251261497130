import { ENGINE_FAILURE } from '../audio/inspect.js';
import { encodePcm16, encodeWav, wavHeader } from '../audio/wav.js';
import { encodeWithFfmpeg, floatWav } from './replies.js';
import { cutSentences } from './sentences.js';
import { type StandInOptions, type StandInRequest, type StandInVoice } from './types.js';

export type Piece = { readonly samples: Float32Array; readonly sampleRateHz: number };
export type MediaType = 'wav' | 'raw' | 'ogg' | 'aac';

/** What is asked of one request for speech, whichever dialect it came in. */
export type Utterance = {
  readonly text: string;
  readonly settings: Omit<StandInRequest, 'text' | 'index'>;
  readonly splitMethod: string;
  readonly fragmentIntervalSec: number;
  readonly mediaType: MediaType;
};

export const failurePiece = (): Piece => ({ samples: new Float32Array(ENGINE_FAILURE.samples), sampleRateHz: ENGINE_FAILURE.sampleRateHz });

/** Speaks sentence by sentence, each followed by its silence; `voice` is asked anew for each, as the engine's shared state is. */
export async function* speakPieces(options: StandInOptions, utterance: Utterance, voice: () => StandInVoice): AsyncGenerator<Piece> {
  const sentences = cutSentences(utterance.text, utterance.splitMethod).filter((sentence) => /[\p{L}\p{N}]/u.test(sentence));
  for (const [index, text] of sentences.entries()) {
    const spoken = await options.speak({ ...utterance.settings, text, index }, voice());
    const pause = Math.round(utterance.fragmentIntervalSec * spoken.sampleRateHz);
    const samples = new Float32Array(spoken.samples.length + pause);
    samples.set(spoken.samples);
    yield { samples, sampleRateHz: spoken.sampleRateHz };
  }
}

export const joinPieces = (pieces: readonly Piece[]): Piece => {
  const samples = new Float32Array(pieces.reduce((sum, piece) => sum + piece.samples.length, 0));
  let at = 0;
  for (const piece of pieces) {
    samples.set(piece.samples, at);
    at += piece.samples.length;
  }
  return { samples, sampleRateHz: pieces[0]?.sampleRateHz ?? 32_000 };
};

const compress = (options: StandInOptions, piece: Piece, mediaType: 'ogg' | 'aac') =>
  (options.encode ?? encodeWithFfmpeg)(piece.samples, piece.sampleRateHz, mediaType);

/** The body of a whole answer. */
export async function packWhole(options: StandInOptions, piece: Piece, mediaType: MediaType): Promise<Uint8Array> {
  if (mediaType === 'ogg' || mediaType === 'aac') return compress(options, piece, mediaType);
  if (mediaType === 'raw') return encodePcm16(piece.samples);
  if (piece.samples.some((value) => Number.isNaN(value))) return floatWav(piece.samples, piece.sampleRateHz);
  return encodeWav({ sampleRateHz: piece.sampleRateHz, channels: 1, samples: piece.samples });
}

/** The bytes of one piece of a stream; a WAV begins with a header whose data size is 0, ogg pieces are whole files. */
export async function packPiece(options: StandInOptions, piece: Piece, mediaType: MediaType, first: boolean): Promise<Uint8Array[]> {
  if (mediaType === 'ogg' || mediaType === 'aac') return [await compress(options, piece, mediaType)];
  const data = encodePcm16(piece.samples);
  return mediaType === 'wav' && first ? [wavHeader({ sampleRateHz: piece.sampleRateHz, channels: 1, dataBytes: 0 }), data] : [data];
}
