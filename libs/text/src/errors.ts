/** Every failure this library throws on purpose, with the advice printed beside it. Add codes freely; never rename one. */
export const TEXT_ADVICE = {
  TEXT_OPTION_INVALID: 'Correct the option named in the message.',
} as const;

/** The codes of {@link TextError}. */
export type TextErrorCode = keyof typeof TEXT_ADVICE;

/** A failure of this library: what happened, the advice, and the facts that programs may want. */
export class TextError extends Error {
  override readonly name = 'TextError';
  /** What programs match on. */
  readonly code: TextErrorCode;
  /** What people do next. */
  readonly hint: string;
  readonly facts: Readonly<Record<string, string | number>>;

  constructor(code: TextErrorCode, message: string, facts: TextError['facts'] = {}, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
    this.hint = TEXT_ADVICE[code];
    this.facts = facts;
  }
}
