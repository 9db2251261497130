// The public surface. A name here is a promise; groups go from the process to the wire.
export { SERVING_ADVICE, ServingError, type ServingErrorCode } from './errors.js';
export { startWorker, type RestartReason, type Worker, type WorkerDialect, type WorkerLease, type WorkerOptions, type WorkerState } from './workers/worker.js';
export { type WorkerLaunch } from './workers/engine-process.js';
export { planBackOff, type RestartPolicy } from './workers/plan-back-off.js';
export { findFreePort } from './workers/find-port.js';
export { parseVoice, VOICE_ID, type VoiceDocument } from './voice/parse-voice.js';
export { checkVoiceUnchanged, readVoice, type ReadVoiceOptions, type Voice, type VoiceFile } from './voice/read-voice.js';
export { AFFINITY_WAIT_MS, chooseNext, type FreeWorker, type Waiting } from './queue/choose-next.js';
export { type Connect, type EngineClient, type EngineReply } from './speak/engine-client.js';
export { type EngineAudio } from './speak/sound.js';
export { type VerifyVoice } from './speak/switch-voice.js';
export { formatKeys, hashKey, type KeyRecord, makeKey, parseKeys } from './access/keys.js';
export { type SpeechCacheOptions } from './cache/speech-cache.js';
export { type SpeechFormat } from './encode/formats.js';
export { startGateway, type Gateway, type GatewayOptions } from './http/gateway.js';
