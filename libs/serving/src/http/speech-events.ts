import { describeFailure } from './http-error.js';

const TOKENS_A_SECOND = 25; // GPT-SoVITS 48b1a01, GPT_SoVITS/configs/s1longer-v2.yaml and module/models.py: semantic tokens of v2 and later are 25 a second

const event = (data: object): Uint8Array => Buffer.from(`data: ${JSON.stringify(data)}\n\n`);

/**
 * Audio as server-sent events, in OpenAI's shapes (openai-node 7b7d6ca, speech.ts): `speech.audio.delta` with base64 in `audio`, then `speech.audio.done` with usage.
 * There is no tokenizer of text here: `input_tokens` counts characters, `output_tokens` the engine's semantic tokens in speech of that length.
 * A failure on the way is a last event, `speech.audio.error`, in the shape of an error answer, so that a cut stream is never taken for a whole one.
 */
export async function* toEvents(bytes: AsyncIterable<Uint8Array>, usage: () => { readonly characters: number; readonly durationSec: number }): AsyncGenerator<Uint8Array, void, void> {
  try {
    for await (const piece of bytes) yield event({ type: 'speech.audio.delta', audio: Buffer.from(piece.buffer, piece.byteOffset, piece.byteLength).toString('base64') });
  } catch (error) {
    yield event({ type: 'speech.audio.error', ...describeFailure(error).body });
    return;
  }
  const { characters, durationSec } = usage();
  const spoken = Math.round(durationSec * TOKENS_A_SECOND);
  yield event({ type: 'speech.audio.done', usage: { input_tokens: characters, output_tokens: spoken, total_tokens: characters + spoken } });
}
