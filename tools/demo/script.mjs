// What the demo says. The words are ours; every sentence is one that anyone at a help desk might say.

/** espeak-ng's settings: one speaker for the whole demo. */
export const VOICE = { name: 'en-gb-x-rp', wordsPerMinute: 155, pitch: 42, wordGapTenMs: 1 };

/** One recording a sentence, 3–8 s each. @type {readonly {id: string, format: 'wav'|'flac'|'mp3', text: string}[]} */
export const UTTERANCES = [
  { id: 'greeting', format: 'wav', text: 'Good morning, and thank you for calling. My name is Robin, how may I help you today?' },
  { id: 'order-number', format: 'flac', text: 'Could you please read me the order number? It is printed at the top of your invoice.' },
  { id: 'please-hold', format: 'mp3', text: 'Please stay on the line for a moment while I look that up for you.' },
  { id: 'parcel-on-its-way', format: 'wav', text: 'Your parcel left our warehouse yesterday evening, and it should arrive before noon.' },
  { id: 'refund', format: 'flac', text: 'I have sent the refund to your card. It usually takes three to five working days.' },
  { id: 'apology', format: 'mp3', text: 'I am sorry about the delay, and I understand how annoying that must have been.' },
  { id: 'restart', format: 'wav', text: 'Unplug the box from the wall, wait for ten seconds, and then plug it back in.' },
  { id: 'green-light', format: 'flac', text: 'Is the small light on the front of the device green, or is it still flashing red?' },
  { id: 'appointment', format: 'mp3', text: 'Our engineer can visit you on Thursday, between nine in the morning and one in the afternoon.' },
  { id: 'password', format: 'wav', text: 'For your own safety, I will never ask you for your password.' },
  { id: 'opening-hours', format: 'flac', text: 'We are open from eight until six on weekdays, and from ten until two on Saturdays.' },
  { id: 'goodbye', format: 'mp3', text: 'Is there anything else I can do for you? Then have a lovely day, and goodbye.' },
];

/**
 * Longer recordings, cut at their `.srt`. `pauseMs` is the silence after a sentence; some sentences are short on purpose,
 * so that joining neighbours has something to do.
 * @type {readonly {id: string, format: 'flac'|'mp3', cues: readonly {text: string, pauseMs: number}[]}[]}
 */
export const LONG_RECORDINGS = [
  {
    id: 'call-router',
    format: 'flac',
    cues: [
      { text: 'Let us go through it together, one step at a time.', pauseMs: 620 },
      { text: 'First, find the long grey cable that runs from the wall to the router.', pauseMs: 700 },
      { text: 'Got it?', pauseMs: 450 },
      { text: 'Very good. Now pull it out gently, and look at the end of the plug.', pauseMs: 640 },
      { text: 'If the little clip is broken, we will send you a new cable free of charge.', pauseMs: 580 },
      { text: 'Otherwise, push it back in until you hear a click.', pauseMs: 760 },
      { text: 'The lights will blink for about two minutes, and that is perfectly normal.', pauseMs: 520 },
      { text: 'Once they stop, open any web page, and tell me what you see.', pauseMs: 400 },
    ],
  },
  {
    id: 'call-returns',
    format: 'mp3',
    cues: [
      { text: 'Thank you for waiting. I have found your order from the second of March.', pauseMs: 560 },
      { text: 'You may return the shoes within thirty days, as long as they have not been worn outside.', pauseMs: 720 },
      { text: 'I have just sent a label to your email address.', pauseMs: 480 },
      { text: 'Print it, please.', pauseMs: 420 },
      { text: 'Then stick it on the parcel, and hand it in at any post office near you.', pauseMs: 660 },
      { text: 'Keep the receipt until the money is back in your account.', pauseMs: 540 },
      { text: 'If you would rather have another size, I can reserve a pair for you right now.', pauseMs: 600 },
      { text: 'Shall I do that?', pauseMs: 500 },
      { text: 'Wonderful, they will be with you by the end of next week.', pauseMs: 400 },
    ],
  },
];
