// The models verb against a server of its own: what is pulled is found again, offline too, and damage is named.
import { createServer } from 'node:http';
import { type AddressInfo } from 'node:net';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { cli, lastJson, temporaryFolder } from './cli.js';

it('pulls through a mirror, finds it offline, and names damage', { timeout: 60_000 }, async () => {
  const server = createServer((_, response) => void response.end('the bytes of a model'));
  await new Promise<void>((done) => void server.listen(0, '127.0.0.1', done));
  onTestFinished(() => void server.close());
  const env = { VOXTUNE_MODELS: join(await temporaryFolder(), 'models'), HF_ENDPOINT: `http://127.0.0.1:${(server.address() as AddressInfo).port}` };
  expect(await cli(['models', 'pull', 'paraformer-zh-int8-tokens'], { env })).toMatchObject({ code: 4, stderr: expect.stringContaining('MODELS_CORRUPT') as string }); // its published hash is another
  expect(await cli(['models', 'pull', 'nisqa-v2'], { env })).toMatchObject({ code: 4, stderr: expect.stringContaining('MODELS_NON_COMMERCIAL') as string });
  const pulled = await cli(['models', 'pull', 'nisqa-v2', '--accept-non-commercial', '--json'], { env });
  expect(pulled.code, pulled.stderr).toBe(0);
  expect(pulled.stderr).toContain('is now pinned in models.lock.json');
  const { models: [model] } = lastJson<{ models: [{ path: string; checkedBy: string }] }>(pulled);
  expect(model).toMatchObject({ checkedBy: 'pinned now', url: expect.stringMatching(new RegExp(`^${env.HF_ENDPOINT}/TigreGotico/nisqa-onnx/resolve/[0-9a-f]{40}/nisqa\\.onnx$`)) as string });
  expect(await cli(['models', 'pull', 'nisqa-v2', '--offline', '--accept-non-commercial'], { env })).toMatchObject({ code: 0, stdout: `${model.path}\n` });
  await writeFile(model.path, 'half');
  expect(await cli(['models', 'verify'], { env })).toMatchObject({ code: 4, stdout: expect.stringContaining('MODELS_CORRUPT') as string });
  expect(await cli(['models', 'pull', 'utmos22-strong', '--offline'], { env })).toMatchObject({ code: 4, stderr: expect.stringContaining('MODELS_OFFLINE') as string });
  expect(await cli(['models', 'fetch'], { env })).toMatchObject({ code: 2 });
});
