// Many requests at one server, which can do one thing at a time.
import { describe, expect, it } from 'vitest';
import { type StandInVoice, type StandInServer } from '../src/testing/types.js';
import { RATE, tone, standIn, clientOf, request } from './support/bench.js';

describe('one server, many requests', () => {
  const hz: Record<string, number> = { a: 300, b: 700 };
  const speak = ({ text }: { text: string }, voice: StandInVoice) => ({ samples: tone([...text].length / 12, hz[voice.promptText] ?? 1), sampleRateHz: RATE });
  const crossings = (samples: Float32Array) => samples.reduce((n, value, i) => n + (i > 0 && value >= 0 !== samples[i - 1]! >= 0 ? 1 : 0), 0);
  const pitch = async (server: StandInServer, promptText: string) => {
    const { audio } = await clientOf(server, { dialect: 'api-v2' }).synthesize(request({ promptText, fragmentIntervalSec: 0 }));
    return Math.round(crossings(audio.samples ?? new Float32Array()) / 2 / audio.durationSec / 100) * 100;
  };

  it('answers each with its own voice, in turn', async () => {
    const server = await standIn('api-v2', { speak });
    expect(await Promise.all(['a', 'b', 'a', 'b'].map((name) => pitch(server, name)))).toEqual([300, 700, 300, 700]);
  });

  it('crosses voices when told to, which a caller must prevent by waiting', async () => {
    const server = await standIn('api-v2', { speak, faults: [{ kind: 'mix' }] });
    expect(await Promise.all(['a', 'b'].map((name) => pitch(server, name)))).toEqual([700, 300]);
    expect([await pitch(server, 'a'), await pitch(server, 'b')]).toEqual([300, 700]);
  });
});
