import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { MODEL_REGISTRY, scanModels } from '@voxtune/models';

// A folder with one model of our own, described beside it, and one broken download.
const folder = await mkdtemp(join(tmpdir(), 'models-'));
const contents = 'the bytes of an ONNX file';
await writeFile(join(folder, 'own.onnx'), contents);
await writeFile(join(folder, 'own.onnx.json'), JSON.stringify({
  v: 1, id: 'own-encoder', kind: 'speaker', licence: 'MIT', source: 'trained here',
  sha256: createHash('sha256').update(contents).digest('hex'),
  descriptor: { sampleRateHz: 16000, windowSamples: 25600, hopSamples: 12800 },
}));
await writeFile(join(folder, 'ge2e.onnx'), 'half a download');

const { models, findings } = await scanModels(folder);

assert.deepEqual(models.map(({ id, kind }) => ({ id, kind })), [{ id: 'own-encoder', kind: 'speaker' }]);
assert.equal(findings[0]?.code, 'MODELS_CORRUPT'); // "… has the name of speaker-ge2e, but not its contents …"
assert.ok(MODEL_REGISTRY.some((model) => model.id === 'dnsmos-p808'));
await rm(folder, { recursive: true });
