// The files under deploy/ are YAML and JSON that parse, and they ask only for metrics that the gateway gives.
import { readdir, readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { parse } from 'yaml';
import { createServingMetrics } from '../src/metrics/serving-metrics.js';

const root = join(dirname(fileURLToPath(import.meta.url)), '../../../deploy');
const files = (await readdir(root, { recursive: true })).filter((path) => /\.(ya?ml|json)$/.test(path));

it('finds them', () => expect(files.length).toBeGreaterThanOrEqual(6));

it.each(files)('%s parses, and names no metric that does not exist', async (path) => {
  const text = await readFile(join(root, path), 'utf8');
  expect(path.endsWith('.json') ? JSON.parse(text) : parse(text, { merge: true, strict: true, uniqueKeys: true })).toBeTypeOf('object');
  const metrics = createServingMetrics();
  metrics.watch({ waiting: 0 } as never, [], { sizeBytes: 0 } as never, { residentBytes: () => 0, gpus: [] });
  const known = new Set([...metrics.format().matchAll(/^# TYPE (\w+)/gm)].map(([, name]) => name));
  const asked = [...text.matchAll(/\bvoxtune_[a-z_]+(?=[{[)\s,]|$)/gm)].map(([name]) => name.replace(/_(bucket|sum|count)$/, ''));
  expect(asked.filter((name) => !known.has(name))).toEqual([]);
});

it('keeps every gateway of the compose file read-only, without privileges, and health-checked', async () => {
  const compose = parse(await readFile(join(root, 'compose.yaml'), 'utf8'), { merge: true }) as { services: Record<string, { read_only?: boolean; cap_drop?: string[] }> };
  for (const name of ['gateway-cpu', 'gateway-gpu']) expect(compose.services[name]).toMatchObject({ read_only: true, cap_drop: ['ALL'] });
  expect(await readFile(join(root, 'Dockerfile'), 'utf8')).toMatch(/^USER voxtune$[\s\S]*^HEALTHCHECK/m);
});
