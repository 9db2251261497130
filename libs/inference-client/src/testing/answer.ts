import type { ServerResponse } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { CUDA_OUT_OF_MEMORY } from './faults.js';
import { cut, type Reply, sendReply } from './replies.js';
import { failurePiece, joinPieces, type MediaType, packPiece, packWhole, type Piece, speakPieces, type Utterance } from './speech.js';
import { enter, faultOf, type State, voiceFor, voicesMix } from './state.js';
import { type StandInVoice } from './types.js';

/** Long enough for requests sent together to overlap when voices mix, ms. */
const MIX_OVERLAP_MS = 100;

export type SpeechTask = {
  readonly path: string;
  readonly body: Readonly<Record<string, unknown>>;
  readonly utterance: Utterance;
  readonly own: StandInVoice;
  /** whole: one answer with its length; chunked: the same without a length (api.py); stream: piece by piece. */
  readonly mode: 'whole' | 'chunked' | 'stream';
  /** The dialect's answer to a refusal. */
  refuse(message: string): Reply;
  /** Why speaking fails before it begins, or null; in api-v2 a refusal, in streams a cut connection. */
  problem(): Promise<string | null>;
  /** What an exception inside inference does: the second of silence (api-v2), or a cut stream (api). */
  readonly inside: 'silence' | 'cut';
  /** Whether the settings make inference fail (top_k 0, speed 0). */
  readonly broken: boolean;
};

const begin = (response: ServerResponse, mediaType: MediaType, length?: number) =>
  response.writeHead(200, {
    server: 'uvicorn',
    ...(length === undefined ? {} : { 'content-length': String(length) }),
    'content-type': `audio/${mediaType}`,
  });

async function* spoken(state: State, task: SpeechTask, ordinal: number): AsyncGenerator<Piece> {
  const { text } = task.utterance;
  if (task.broken || faultOf(state, 'silence', ordinal, text) !== null) {
    if (task.inside === 'cut') throw new Error('inference failed');
    yield failurePiece();
    return;
  }
  const short = faultOf(state, 'short', ordinal, text) !== null;
  const nan = faultOf(state, 'nan', ordinal, text) !== null;
  const zeros = faultOf(state, 'zeros', ordinal, text) !== null;
  let spokeAny = false;
  try {
    for await (const piece of speakPieces(state.options, task.utterance, () => voiceFor(state, task.own))) {
      spokeAny = true;
      const samples = short ? piece.samples.slice(0, Math.ceil(piece.samples.length / 10)) : piece.samples;
      yield { ...piece, samples: zeros ? samples.map(() => 0) : nan ? samples.map((value, i) => (i === samples.length >> 1 ? NaN : value)) : samples };
    }
  } catch (error) {
    if (task.inside === 'cut' || spokeAny) throw error;
    yield failurePiece();
  }
}

const collect = async (pieces: AsyncGenerator<Piece>): Promise<Piece[]> => {
  const all: Piece[] = [];
  for await (const piece of pieces) all.push(piece);
  return all;
};

async function answerWhole(state: State, response: ServerResponse, task: SpeechTask, ordinal: number): Promise<void> {
  const problem = await task.problem();
  if (problem !== null) return sendReply(response, task.refuse(problem));
  const { mediaType, text } = task.utterance;
  const body = await packWhole(state.options, joinPieces(await collect(spoken(state, task, ordinal))), mediaType);
  if (faultOf(state, 'drop', ordinal, text) === null) {
    begin(response, mediaType, body.length).end(body);
    return;
  }
  begin(response, mediaType, body.length).write(body.subarray(0, body.length >> 1));
  cut(response);
}

async function answerChunked(state: State, response: ServerResponse, task: SpeechTask, ordinal: number): Promise<void> {
  const { mediaType, text } = task.utterance;
  begin(response, mediaType).flushHeaders();
  const drop = faultOf(state, 'drop', ordinal, text) !== null;
  try {
    if ((await task.problem()) !== null) return cut(response);
    if (task.mode === 'chunked') {
      const body = await packWhole(state.options, joinPieces(await collect(spoken(state, task, ordinal))), mediaType);
      response.write(drop ? body.subarray(0, body.length >> 1) : body);
    } else {
      let first = true;
      for await (const piece of spoken(state, task, ordinal)) {
        const samples = drop ? piece.samples.slice(0, piece.samples.length >> 1) : piece.samples;
        for (const bytes of await packPiece(state.options, { ...piece, samples }, mediaType, first)) response.write(bytes);
        first = false;
        if (drop) break;
      }
    }
    if (drop) cut(response);
    else response.end();
  } catch {
    cut(response); // what the real servers do: their generator raises after the headers are out
  }
}

/** Answers one request for speech, planted faults included. */
export async function answerSpeech(state: State, response: ServerResponse, task: SpeechTask): Promise<void> {
  const ordinal = (state.ordinal += 1);
  const { text } = task.utterance;
  state.options.onRequest?.({ ordinal, path: task.path, body: task.body });
  const fault = (kind: Parameters<typeof faultOf>[1]) => faultOf(state, kind, ordinal, text);
  if (fault('die') !== null) {
    state.options.onDie?.();
    response.socket?.destroy();
    return;
  }
  const refusal = fault('refuse');
  if (refusal !== null) return sendReply(response, task.refuse(refusal.message ?? CUDA_OUT_OF_MEMORY));
  if (fault('hang') !== null) await new Promise(() => undefined);
  const slow = fault('slow');
  enter(state, task.own);
  try {
    if (slow !== null) await sleep(slow.delayMs ?? 2_000);
    if (voicesMix(state)) await sleep(MIX_OVERLAP_MS);
    await (task.mode === 'whole' ? answerWhole : answerChunked)(state, response, task, ordinal);
  } finally {
    state.inFlight.delete(task.own);
  }
}
