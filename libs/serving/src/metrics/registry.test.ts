import { expect, it } from 'vitest';
import { createRegistry } from './registry.js';

it('writes the Prometheus text format', () => {
  const registry = createRegistry();
  const requests = registry.counter('requests_total', 'Requests.');
  const seconds = registry.histogram('wait_seconds', 'Wait.', [0.1, 1]);
  registry.read('up', 'Up.', 'gauge', () => [{ labels: { worker: '0' }, value: 1 }]);
  requests.add({ path: 'a"b\\c\nd' });
  requests.add({ path: 'a"b\\c\nd' }, 2);
  for (const value of [0.05, 0.5, 5]) seconds.observe(value);
  // Prometheus exposition format 0.0.4: cumulative buckets, +Inf equal to the count, escaped label values
  expect(registry.format()).toBe(`# HELP requests_total Requests.
# TYPE requests_total counter
requests_total{path="a\\"b\\\\c\\nd"} 3
# HELP wait_seconds Wait.
# TYPE wait_seconds histogram
wait_seconds_bucket{le="0.1"} 1
wait_seconds_bucket{le="1"} 2
wait_seconds_bucket{le="+Inf"} 3
wait_seconds_sum 5.55
wait_seconds_count 3
# HELP up Up.
# TYPE up gauge
up{worker="0"} 1
`);
});
