/** Every failure this library throws on purpose, with the advice printed beside it. Codes are added, never renamed. */
export const CLIENT_ADVICE = {
  CLIENT_REQUEST_INVALID: 'Correct the named field; the engine would hang, answer silence or fail on it.',
  CLIENT_UNSUPPORTED: 'This server has no route for it: start the server with what you need, or use one that speaks the api-v2 dialect.',
  CLIENT_DIALECT_UNKNOWN: 'Check the address, or name the dialect (api-v2, api or guide) instead of auto.',
  CLIENT_UNREACHABLE: 'Start the speech server, and check its address and port.',
  CLIENT_TIMEOUT: 'Raise timeoutMs or shorten the text. The engine cannot be interrupted: it may still be busy with this request.',
  CLIENT_ABORTED: 'The caller cancelled. The engine may still finish the sentence it is at.',
  CLIENT_HTTP_ERROR: "Read the engine's message above; its log has the whole traceback.",
  CLIENT_ROUTE_MISSING: 'The server answers but does not know this route: the dialect is probably another one.',
  CLIENT_ENGINE_SILENCE: 'The engine failed inside inference and answered one second of silence with status 200: its log has the traceback.',
  CLIENT_AUDIO_SILENT: 'Every sample is zero: check the weights and the prompt audio.',
  CLIENT_AUDIO_EMPTY: 'The answer holds no audio: the text may be only punctuation, or the engine failed after its headers were sent.',
  CLIENT_AUDIO_NOT_FINITE: 'The weights are damaged or training diverged: try an earlier checkpoint, or turn half precision off.',
  CLIENT_AUDIO_TOO_SHORT: 'The speech cannot hold this text: try another seed, a lower temperature or another prompt audio.',
  CLIENT_AUDIO_UNKNOWN: 'The answer is not audio of the kind asked for: check that the address is a speech server.',
  CLIENT_STREAM_CUT: 'The connection closed before the end, as it does when the engine fails while speaking: its log has the traceback.',
} as const;

export type ClientErrorCode = keyof typeof CLIENT_ADVICE;

/** A failed call. `code` is what programs match on, `hint` what people do next, `facts` what is known about it. */
export class ClientError extends Error {
  override readonly name = 'ClientError';
  readonly code: ClientErrorCode;
  readonly hint: string;
  readonly facts: Readonly<Record<string, string | number>>;

  constructor(code: ClientErrorCode, message: string, facts: ClientError['facts'] = {}, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
    this.hint = CLIENT_ADVICE[code];
    this.facts = facts;
  }
}
