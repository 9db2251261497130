import { describe, expect, it } from 'vitest';
import { joinSpeaker } from './join-speaker.js';
import { toUnit } from './vectors.js';

/** Windows on a plane: at 0° the enrolment, at 90° what is least like it. */
const at = (degrees: number) => toUnit(Float32Array.of(Math.cos((degrees * Math.PI) / 180), Math.sin((degrees * Math.PI) / 180)));
const KNOWN = at(0);
const range = (from: number, count: number) => Array.from({ length: count }, (_, i) => from + i);

describe('joinSpeaker', () => {
  const units = [...range(0, 20).map(() => at(20)), ...range(20, 20).map(() => at(80)), ...range(40, 12).map(() => at(30))];
  it('joins two halves of the speaker, and keeps the other apart', () => {
    expect(joinSpeaker([range(0, 20), range(20, 20), range(40, 12)], units, KNOWN)).toEqual([[...range(0, 20), ...range(40, 12)], range(20, 20)]);
  });
  it('leaves a voice alone that the enrolment places nearer to the other', () => {
    const like = [...units.slice(0, 40), ...range(40, 12).map(() => at(65))];
    expect(joinSpeaker([range(0, 20), range(20, 20), range(40, 12)], like, KNOWN)).toEqual([range(0, 20), range(20, 20), range(40, 12)]);
  });
  it('leaves windows over changes of speaker alone: nowhere do nine follow each other', () => {
    const scattered = [0, 10, 30, 32].flatMap((from) => range(from, 1)).concat(range(44, 8));
    const rest = range(0, 52).filter((i) => !scattered.includes(i));
    const parties = [rest.filter((i) => i < 20), rest.filter((i) => i >= 20 && i < 40), scattered];
    expect(joinSpeaker(parties, range(0, 52).map((i) => (scattered.includes(i) ? at(30) : units[i]!)), KNOWN)).toEqual(parties);
  });
  it('does not take the customer for the speaker because music is even less like the enrolment', () => {
    const withMusic = [...range(0, 20).map(() => at(20)), ...range(20, 20).map(() => at(50)), ...range(40, 12).map(() => at(120))];
    expect(joinSpeaker([range(0, 20), range(20, 20), range(40, 12)], withMusic, KNOWN)).toEqual([range(0, 20), range(20, 20), range(40, 12)]);
  });
  it('joins nothing where the enrolment hardly tells the parties apart', () => {
    const alike = [...range(0, 20).map(() => at(20)), ...range(20, 20).map(() => at(30)), ...range(40, 12).map(() => at(21))];
    expect(joinSpeaker([range(0, 20), range(20, 20), range(40, 12)], alike, KNOWN)).toHaveLength(3);
  });
  it('joins nothing where there is no enrolment, and never two parties of two', () => {
    expect(joinSpeaker([range(0, 20), range(20, 20), range(40, 12)], units, null)).toHaveLength(3);
    expect(joinSpeaker([range(0, 20), range(40, 12)], units, KNOWN)).toHaveLength(2);
  });
});
