/** Every failure this library throws on purpose, with the advice printed beside it. Add codes freely; never rename one. */
export const SERVING_ADVICE = {
  SERVING_WORKER_COMMAND: 'The engine could not be started at all: check that the interpreter exists and may be run.',
  SERVING_WORKER_DIED: 'Read the last log lines quoted here, and the whole log for what came before them.',
  SERVING_WORKER_NOT_READY: 'The engine is slow to load or stuck: read its log, or allow more time with readyTimeoutMs.',
  SERVING_WORKER_PORT: 'Every port tried was taken: stop what holds them, or give another first port.',
  SERVING_WORKER_FAILED: 'The engine kept dying, so it is no longer restarted: mend the cause its log shows, then start the gateway again.',
  SERVING_WORKER_STOPPED: 'The worker was stopped while this was waiting for it; start it again to go on.',
  SERVING_VOICE_MISSING: 'Publish the voice first: that writes voice.json into its folder.',
  SERVING_VOICE_INVALID: 'voice.json is written by publish: publish the voice again instead of editing it.',
  SERVING_VOICE_FILE_MISSING: 'A file that voice.json names is gone: restore it, or publish the voice again.',
  SERVING_VOICE_CHANGED: 'A file is not the one that was published: restore it, or publish the voice again.',
  SERVING_VOICE_OUTSIDE: 'Files of a voice lie inside its folder, or inside a root that the caller names.',
  SERVING_VOICE_DUPLICATE: 'Two folders hold a voice of the same name: serve one of them, or rename one.',
  SERVING_VOICE_UNKNOWN: 'Ask GET /v1/audio/voices for the voices that this gateway has.',
  SERVING_VOICE_REVOKED: 'This voice is not to speak any more: use another. A revoked name is never given again.',
  SERVING_UPLOAD_INVALID: 'The message names the field; a sample is WAV, FLAC or MP3 of 3 to 10 s with its text, language and consent.',
  SERVING_UPLOADS_FULL: 'Revoke uploaded voices that are no longer needed, or allow more.',
  SERVING_SCOPE: 'Use a key that may do this: voxtune serve --make-key ID --may-manage-voices.',
  SERVING_VOICE_SWITCH: 'The engine did not take the weights or the prompt audio of this voice: read its log, and check both files.',
  SERVING_QUEUE_FULL: 'Ask again after the seconds in Retry-After, or add workers.',
  SERVING_DEADLINE: 'The answer did not come in time: ask for less text at once, allow more time, or add workers.',
  SERVING_CALLER_GONE: 'The caller hung up before the answer was ready.',
  SERVING_CLOSING: 'The gateway is shutting down: ask another one, or ask again once it is back.',
  SERVING_ENGINE_SILENT: 'The engine answered without speech, twice: try other text, and read the engine log for the exception behind it.',
  SERVING_ENGINE_LOST: 'The engine dropped the connection, twice: read its log; it is being restarted.',
  SERVING_ENGINE_REFUSED: 'The engine refused this request; its own words are quoted.',
  SERVING_JUDGE_FAILED: 'What hears the speech does not work: the message is its own. Mend it, start the gateway without --verify, or ask with "verify": false.',
  SERVING_REQUEST_INVALID: 'The message names the field; correct it and send again.',
  SERVING_TEXT_TOO_LONG: 'Send the text in several requests.',
  SERVING_BODY_TOO_LARGE: 'Send a smaller body: the text has its own limit, and nothing else in it is large.',
  SERVING_FORMAT_UNAVAILABLE: 'Ask for one of the formats that are named; mp3, opus, aac and flac need ffmpeg on the machine of the gateway.',
  SERVING_ENCODER_FAILED: 'ffmpeg did not write the audio: its last words are quoted; ask for wav, or install a build with that encoder.',
  SERVING_ROUTE_UNKNOWN: 'The README lists the routes; check path and method.',
  SERVING_KEY_REFUSED: 'Send a key of this gateway: Authorization: Bearer <key>.',
  SERVING_KEYS_NEEDED: 'Give API keys (voxtune serve: --keys or --api-key-env; the library: apiKeys or keys), or bind to a loopback address.',
  SERVING_KEYS_INVALID: 'Mend the file of keys where the message points; voxtune serve --make-key writes entries.',
  SERVING_LIMIT: 'Ask again after the seconds in Retry-After, or have the limit of this key raised.',
  SERVING_HOST_REFUSED: 'Call the gateway by a loopback name, or give it API keys.',
  SERVING_CACHE_FULL: 'Free room on the disk of the cache, or allow it more.',
  SERVING_ADDRESS: 'Choose another port (0 takes a free one), or stop what listens there.',
  SERVING_INTERNAL: 'This is a fault of the gateway: report it with the request id and the log.',
} as const;

export type ServingErrorCode = keyof typeof SERVING_ADVICE;

/** A failure of serving: `code` for programs, `hint` for people, `facts` for both. */
export class ServingError extends Error {
  override readonly name = 'ServingError';
  /** What programs match on. */
  readonly code: ServingErrorCode;
  /** What people do next. */
  readonly hint: string;
  /** What it happened to: path, port, voice, exit code … Never a secret. */
  readonly facts: Readonly<Record<string, string | number>>;

  constructor(code: ServingErrorCode, message: string, facts: ServingError['facts'] = {}, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
    this.hint = SERVING_ADVICE[code];
    this.facts = facts;
  }
}
