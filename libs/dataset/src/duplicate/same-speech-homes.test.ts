import { expect, it } from 'vitest';
import { sameSpeechHomes } from './same-speech-homes.js';

const recording = (path: string, ...same: string[]) => ({ id: `r-${path}`, path, findings: same.map((value) => ({ code: 'RECORDING_SAME_SPEECH', level: 'warning' as const, message: '', value })) });

it('puts copies, and copies of copies, under one id, and leaves the others alone', () => {
  const homeOf = sameSpeechHomes([recording('a'), recording('b', 'c'), recording('c', 'd'), recording('d'), recording('e', 'gone')]);
  expect(['r-a', 'r-b', 'r-c', 'r-d', 'r-e', 'unknown'].map(homeOf)).toEqual(['r-a', 'r-b', 'r-b', 'r-b', 'r-e', 'unknown']);
});
