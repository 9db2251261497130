// The files under deploy/ are YAML and JSON that parse, and they ask only for metrics that the gateway gives.
import { spawnSync } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { parse } from 'yaml';
import { createServingMetrics } from '../src/metrics/serving-metrics.js';

const root = join(dirname(fileURLToPath(import.meta.url)), '../../../deploy');
const files = (await readdir(root, { recursive: true })).filter((path) => /\.(ya?ml|json)$/.test(path) && !/[\\/]templates[\\/]/.test(path)); // templates are YAML once helm has rendered them

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

/** What a program says of a file; null where it is not installed. */
function judge(command: string, ...args: string[]): { readonly status: number | null; readonly said: string } | null {
  const { error, status, stdout, stderr } = spawnSync(command, args, { encoding: 'utf8', timeout: 20_000, stdio: ['ignore', 'pipe', 'pipe'] });
  return error === undefined ? { status, said: `${stdout}${stderr}` } : null;
}
const has = (command: string, ...args: string[]): boolean => judge(command, ...args)?.status === 0;

it('gives the chart a schema for exactly the values it has', async () => {
  const values = parse(await readFile(join(root, 'helm/voxtune/values.yaml'), 'utf8')) as object;
  const schema = JSON.parse(await readFile(join(root, 'helm/voxtune/values.schema.json'), 'utf8')) as { properties: object };
  expect(Object.keys(schema.properties).filter((name) => name !== 'global').sort()).toEqual(Object.keys(values).sort());
  const templates = (await Promise.all((await readdir(join(root, 'helm/voxtune/templates'))).map((name) => readFile(join(root, 'helm/voxtune/templates', name), 'utf8')))).join('\n');
  const used = new Set([...templates.matchAll(/\.Values\.(\w+)/g)].map(([, name]) => name));
  expect([...used].sort()).toEqual(Object.keys(values).sort());
});

it.skipIf(!has('helm', 'version'))('is a chart that helm renders, and refuses without a voice (skipped where helm is not installed)', () => {
  const chart = join(root, 'helm/voxtune');
  const render = (...sets: string[]): ReturnType<typeof judge> => judge('helm', 'template', 'test', chart, '--kube-version', '1.30.0', ...sets.flatMap((set) => ['--set', set]));
  expect(render()?.said).toContain('voices must name at least one voice');
  expect(render('voices={a}', 'workers=0')?.status).not.toBe(0);
  const full = render('voices={staff001,staff002}', 'ingress.enabled=true', 'ingress.className=nginx', 'ingress.tlsSecret=tls', 'serviceMonitor.enabled=true', 'recycleMemoryMb=9000');
  expect(full?.status, full?.said).toBe(0);
  const made = (full?.said ?? '').split(/^---$/m).filter((part) => part.trim() !== '').map((part) => parse(part, { strict: true, uniqueKeys: true }) as { kind: string; spec: { template?: { spec: { containers: { args: string[] }[] } } } });
  expect(made.map(({ kind }) => kind).sort()).toEqual(['Deployment', 'Ingress', 'Service', 'ServiceMonitor']);
  expect(made.find(({ kind }) => kind === 'Deployment')?.spec.template?.spec.containers[0]?.args.slice(0, 3)).toEqual(['serve', 'staff001', 'staff002']);
});

it.skipIf(!has('promtool', '--version'))('has alerts and a configuration that Prometheus takes (skipped where promtool is not installed)', () => {
  for (const args of [['check', 'rules', 'prometheus/alerts.yml'], ['check', 'config', '--syntax-only', 'prometheus/prometheus.yml']]) {
    const told = judge('promtool', ...args.slice(0, -1), join(root, args.at(-1) ?? ''));
    expect(told?.status, told?.said).toBe(0);
  }
});

it.skipIf(!has('nginx', '-v'))('has a site that nginx takes (skipped where nginx is not installed)', async () => {
  const dir = await mkdtemp(join(tmpdir(), 'voxtune-nginx-'));
  try {
    await writeFile(join(dir, 'nginx.conf'), `events {}\npid ${dir}/pid;\nerror_log stderr;\nhttp { access_log off; include ${join(root, 'nginx/voxtune.conf')}; }\n`);
    const told = judge('nginx', '-t', '-p', dir, '-c', join(dir, 'nginx.conf'));
    expect(told?.status, told?.said).toBe(0);
  } finally {
    await rm(dir, { recursive: true, force: true });
  }
});

it('asks the command line only for flags that it has', async () => {
  const source = await readFile(join(root, '../apps/cli/src/commands/serve.ts'), 'utf8');
  const flags = new Set([...source.matchAll(/^ {4}'?([\w-]+)'?: \{ type:/gm)].map(([, name]) => name));
  for (const path of ['compose.yaml', 'systemd/voxtune.service', 'helm/voxtune/templates/deployment.yaml']) {
    const asked = [...(await readFile(join(root, path), 'utf8')).matchAll(/(?<![\w-])--([a-z][\w-]+)/g)].map(([, name]) => name).filter((name) => !['profile', 'set'].includes(name ?? ''));
    expect(asked.filter((name) => !flags.has(name))).toEqual([]);
  }
});
