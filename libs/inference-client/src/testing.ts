// Node only: a speech server that answers as GPT-SoVITS does, failures included, for tests without an engine.
export { type FaultKind, type FaultPlan, type FaultRule } from './testing/faults.js';
export { cutSentences } from './testing/sentences.js';
export { startStandInServer } from './testing/server.js';
export { type StandInOptions, type StandInRequest, type StandInServer, type StandInVoice } from './testing/types.js';
export { encodeWav, parseWav } from './audio/wav.js';
