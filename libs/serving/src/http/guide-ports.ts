import { createHash } from 'node:crypto';
import { ServingError } from '../errors.js';

const FIRST_PORT = 9000; // the guide's `900{hash(NAME) % 100}`, which is no port for two-digit remainders, and whose hash changes from process to process
const PORTS = 100;

/**
 * The port of each voice, 9000 to 9099: the guide's form with a hash that is the same everywhere and always. Where two meet, the later name in the alphabet takes the next port.
 * @throws {ServingError} SERVING_ADDRESS for more than 100 voices.
 */
export function planGuidePorts(voices: Iterable<string>): ReadonlyMap<string, number> {
  const names = [...voices].sort();
  if (names.length > PORTS) throw new ServingError('SERVING_ADDRESS', `${names.length} voices do not fit the guide's ${PORTS} ports`, { voices: names.length });
  const taken = new Set<number>();
  return new Map(names.map((name) => {
    let at = createHash('sha256').update(name.normalize('NFC')).digest().readUInt32BE(0) % PORTS;
    while (taken.has(at)) at = (at + 1) % PORTS;
    taken.add(at);
    return [name, FIRST_PORT + at];
  }));
}
