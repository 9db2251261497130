import { existsSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { copy, makeWork, names, outputs, prepare, remove, require, runStep, startStep, writeConfigs } from './helper.mjs';

const { readNote } = require('../stand-in/weights.cjs');
const { readEntry } = require('../stand-in/torch-file.cjs');
const OLD = { TORCH_FORCE_NO_WEIGHTS_ONLY_LOAD: '' };

let prepared;
beforeAll(async () => {
  prepared = makeWork({ clips: 3 });
  await prepare(prepared);
});
afterAll(() => remove(prepared));
const made = [];
const fresh = () => {
  const one = copy(prepared);
  writeConfigs(one);
  for (const name of ['2-name2text.txt', '6-name2semantic.tsv']) expect(existsSync(join(one.exp, name))).toBe(true);
  made.push(one);
  return one;
};
afterEach(() => made.splice(0).forEach(remove));

const ckpts = (w) => names(join(w.exp, 'logs_s1_v2Pro/ckpt'));
const eventScalars = (w) => {
  const folder = join(w.exp, 'logs_s1_v2Pro/logs_s1_v2Pro/version_0');
  const bytes = readFileSync(join(folder, names(folder)[0]));
  const out = [];
  for (let at = 0; at < bytes.length; ) {
    const size = Number(bytes.readBigUInt64LE(at));
    const message = bytes.subarray(at + 12, at + 12 + size);
    const tag = /(total_loss_epoch|lr_epoch|top_3_acc_epoch|epoch)\x15/.exec(message.toString('latin1'));
    if (tag) out.push([tag[1], message.readFloatLE(message.length - 4)]);
    at += 16 + size;
  }
  return out;
};

describe('s1_train.py', () => {
  it('writes weights each saved epoch, one state, and events with a falling loss', async () => {
    const w = fresh();
    const { code, stdout, stderr } = await runStep(w, 's1');
    expect([code, names(w.gpt), ckpts(w)]).toEqual([0, ['v-e1.ckpt', 'v-e2.ckpt', 'v-e3.ckpt'], ['epoch=2-step=18.ckpt']]);
    expect(stdout).toContain('dataset.__len__(): 99');
    expect(stdout).toContain('Epoch 2/2  ');
    expect(stderr).toContain('`Trainer.fit` stopped: `max_epochs=3` reached.');
    expect(readFileSync(join(w.gpt, 'v-e2.ckpt')).toString('latin1', 0, 8)).toBe('PK\x03\x04\0\0\b\b');
    expect(readEntry(join(w.gpt, 'v-e2.ckpt'), 'data.pkl').toString('latin1')).toContain('GPT-e2');
    const losses = eventScalars(w).filter(([tag]) => tag === 'total_loss_epoch').map(([, value]) => value);
    expect(losses).toHaveLength(3);
    expect(losses[2]).toBeLessThan(losses[0]);
  });

  it('cannot go on from a state unless torch is told to, and then epochs is a total', async () => {
    const w = fresh();
    await runStep(w, 's1');
    const refused = await runStep(w, 's1', { env: OLD });
    expect([refused.code, refused.stderr]).toEqual([1, expect.stringContaining('_pickle.UnpicklingError: Weights only load failed')]);
    const before = outputs(w);
    expect((await runStep(w, 's1')).code).toBe(0);
    expect(outputs(w)).toEqual(before);
    writeConfigs(w, { s1: { epochs: 4 } });
    expect((await runStep(w, 's1')).stdout).toContain('ckpt_path: ');
    expect([names(w.gpt).length, ckpts(w)]).toEqual([4, ['epoch=3-step=24.ckpt']]);
  });

  it('with four batches an epoch trains nothing: step 0, weights as at the start', async () => {
    const w = fresh();
    const tsv = join(w.exp, '6-name2semantic.tsv');
    writeFileSync(tsv, readFileSync(tsv, 'utf8').split('\n').slice(0, 3).join('\n')); // two clips become 100 items, batches at most 25
    writeConfigs(w, { s1: { batch_size: 40, epochs: 2 } });
    expect((await runStep(w, 's1')).code).toBe(0);
    expect(ckpts(w)).toEqual(['epoch=1-step=0.ckpt']);
    const tensor = (name) => readEntry(join(w.gpt, name), 'data/0').toString('hex');
    expect(tensor('v-e1.ckpt')).toBe(tensor('v-e2.ckpt'));
  });

  it('saves nothing when epochs end before the first save, and exits 0', async () => {
    const w = fresh();
    writeConfigs(w, { s1: { epochs: 2, save_every_n_epoch: 5 } });
    expect([(await runStep(w, 's1')).code, names(w.gpt), ckpts(w)]).toEqual([0, [], []]);
  });

  it('ends with 0 on SIGTERM and 1 on SIGINT', async () => {
    for (const [signal, code, words] of [['SIGTERM', 0, '[rank: 0] Received SIGTERM: 15'], ['SIGINT', 1, 'Detected KeyboardInterrupt']]) {
      const run = startStep(fresh(), 's1', { env: { STAND_IN_EPOCH_MS: '60000' } });
      await expect.poll(() => run.out.stdout, { timeout: 20_000 }).toContain('Total FLOPs');
      run.child.kill(signal);
      expect(await run.ended).toMatchObject({ code, stderr: expect.stringContaining(words) });
    }
  });

  it.each([
    ['no weights folder', (w) => rmSync(w.gpt, { recursive: true }), /FileNotFoundError.*v-e1\.ckpt/],
    ['an empty text file', (w) => writeFileSync(join(w.exp, '2-name2text.txt'), '\n'), /ZeroDivisionError: division by zero/],
    ['no semantic file', (w) => rmSync(join(w.exp, '6-name2semantic.tsv')), /FileNotFoundError.*6-name2semantic\.tsv/],
    ['no pretrained model', (w) => writeConfigs(w, { pretrainedS1: '/nope.ckpt' }), /FileNotFoundError.*nope\.ckpt/],
  ])('ends with 1: %s', async (_, spoil, words) => {
    const w = fresh();
    spoil(w);
    const { code, stderr } = await runStep(w, 's1');
    expect(code).toBe(1);
    expect(stderr).toMatch(words);
  });

  it('fails on a half-written state', async () => {
    const w = fresh();
    await runStep(w, 's1');
    truncateSync(join(w.exp, 'logs_s1_v2Pro/ckpt/epoch=2-step=18.ckpt'), 900);
    expect((await runStep(w, 's1')).stderr).toContain('failed finding central directory');
  });
});

describe('s2_train.py', () => {
  it('writes marked weights, two states, and its losses to stdout and train.log', async () => {
    const w = fresh();
    writeConfigs(w, { s2: { log_interval: 1 } });
    const { code, stdout, stderr } = await runStep(w, 's2');
    expect([code, names(w.sovits)]).toEqual([0, ['v_e1_s13.pth', 'v_e2_s26.pth']]);
    expect(names(join(w.exp, 'logs_s2_v2Pro'))).toEqual(['D_233333333333.pth', 'G_233333333333.pth']);
    expect(readFileSync(join(w.sovits, 'v_e1_s13.pth')).toString('latin1', 0, 4)).toBe('05\x03\x04');
    for (const line of ['wav_data_len: 99', 'skipped_phone:  0 , skipped_dur:  0', 'start training from epoch 1', 'INFO:exp:Train Epoch: 1 [0%]', 'INFO:exp:saving ckpt v_e2:Success.', 'INFO:exp:====> Epoch: 2', 'training done']) expect(stdout).toContain(line);
    const losses = [...stdout.matchAll(/^INFO:exp:\[([\d., e-]+)\]$/gm)].map(([, row]) => row.split(', ').map(Number));
    expect(losses.map((row) => [row.length, row[6]])).toEqual(Array.from({ length: 26 }, (_, i) => [8, i]));
    expect(readFileSync(join(w.exp, 'train.log'), 'utf8')).toMatch(/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d,\d{3}\texp\tINFO\tTrain Epoch: 1 \[0%\]$/m);
    expect(stderr).toContain('| 13/13 [');
  });

  it('goes on after the epochs done, and does nothing when all are', async () => {
    const w = fresh();
    writeConfigs(w, { s2: { epochs: 1 } });
    await runStep(w, 's2');
    const same = await runStep(w, 's2');
    expect([same.code, same.stdout]).toEqual([0, expect.stringMatching(/loaded D[\s\S]*start training from epoch 2\ntraining done/)]);
    writeConfigs(w);
    await runStep(w, 's2');
    const straight = fresh();
    await runStep(straight, 's2');
    const last = (one) => Object.entries(outputs(one)).filter(([name]) => /v_e2_s26|logs_s2/.test(name));
    expect(last(w)).toHaveLength(3);
    expect(last(w)).toEqual(last(straight));
  });

  it('loses the weights without a word in its exit code when their folder is missing', async () => {
    const w = fresh();
    writeConfigs(w, { s2: { weightsDir: 'NO_DIR' } });
    const { code, stdout } = await runStep(w, 's2');
    expect(code).toBe(0);
    expect(stdout).toContain("FileNotFoundError: [Errno 2] No such file or directory: 'NO_DIR/v_e1_s13.pth'");
    expect(stdout).toContain('training done');
  });

  it.each([
    ['no speaker features', (w) => rmSync(join(w.exp, '7-sv_cn'), { recursive: true }), 'AssertionError'],
    ['an empty text file', (w) => writeFileSync(join(w.exp, '2-name2text.txt'), '\n'), 'ZeroDivisionError: division by zero'],
    ['only short clips', (w) => names(join(w.exp, '5-wav32k')).forEach((name) => truncateSync(join(w.exp, '5-wav32k', name), 20_000)), 'AssertionError'],
  ])('ends with 1: %s', async (_, spoil, words) => {
    const w = fresh();
    spoil(w);
    const { code, stderr } = await runStep(w, 's2');
    expect([code, stderr]).toEqual([1, expect.stringContaining(words)]);
    expect(stderr).toContain('-- Process 0 terminated with the following error:');
  });

  it('dies of SIGTERM', async () => {
    const run = startStep(fresh(), 's2', { env: { STAND_IN_EPOCH_MS: '60000' } });
    await expect.poll(() => run.out.stdout, { timeout: 20_000 }).toContain('start training');
    run.child.kill('SIGTERM');
    expect((await run.ended).signal).toBe('SIGTERM');
  });
});

it('s2_train_v3_lora.py writes G only, its own folder, one loss a line, and the rank in the name', async () => {
  const w = fresh();
  const file = join(w.root, 's2.json');
  const config = JSON.parse(readFileSync(file, 'utf8'));
  config.model.version = config.version = 'v3';
  writeFileSync(file, JSON.stringify(config));
  const first = await runStep(w, 'lora');
  expect([first.code, names(w.sovits), names(join(w.exp, 'logs_s2_v3_lora_32'))]).toEqual([0, ['v_e1_s13_l32.pth', 'v_e2_s26_l32.pth'], ['G_233333333333.pth']]);
  expect(first.stdout).toMatch(/^INFO:exp:\[[\d.]+, 0, 9\.99875e-05\]$/m);
  expect(readFileSync(join(w.sovits, 'v_e2_s26_l32.pth')).toString('latin1', 0, 2)).toBe('03');
  expect((await runStep(w, 'lora')).stdout).toContain('start training from epoch 3\ntraining done');
});

describe('planted faults', () => {
  it.each([['s1', 'gpt'], ['s2', 'sovits']])('%s: out of memory, killed, no weights', async (step, folder) => {
    const w = fresh();
    expect(await runStep(w, step, { faults: `${step}:oom` })).toMatchObject({ code: 1, stderr: expect.stringContaining('torch.OutOfMemoryError: CUDA out of memory') });
    expect((await runStep(w, step, { faults: `${step}:killed=2` })).signal).toBe('SIGKILL');
    expect(names(w[folder])).toHaveLength(1);
    rmSync(join(w[folder], names(w[folder])[0]));
    expect([(await runStep(w, step, { faults: `${step}:no-weights` })).code, names(w[folder])]).toEqual([0, []]);
  });

  it('NaN: in the events and the render of s1, the lines of s2, and the weights', async () => {
    const w = fresh();
    expect((await runStep(w, 's1', { faults: 's1:nan' })).code).toBe(0);
    expect(eventScalars(w).filter(([tag]) => tag === 'total_loss_epoch').every(([, value]) => Number.isNaN(value))).toBe(true);
    const { stdout } = await runStep(w, 's2', { faults: 's2:nan' });
    expect(stdout).toContain('[nan, nan, nan, nan, nan, nan, 0, 9.99875e-05]');
    expect(readEntry(join(w.sovits, 'v_e2_s26.pth'), 'data/0').readUInt16LE(0) & 0x7c00).toBe(0x7c00);
  });

  it('a full disk leaves half a state and exit 1', async () => {
    const w = fresh();
    expect(await runStep(w, 's1', { faults: 's1:disk-full' })).toMatchObject({ code: 1, stderr: expect.stringContaining('[Errno 28] No space left on device') });
    expect((await runStep(w, 's1')).stderr).toContain('failed finding central directory');
  });

  it('hangs until SIGTERM; deaf, until SIGKILL', async () => {
    const hung = startStep(fresh(), 's1', { env: { STAND_IN_FAULTS: 's1:hang' } });
    const deaf = startStep(fresh(), 's2', { env: { STAND_IN_FAULTS: 's2:deaf' } });
    await expect.poll(() => hung.out.stdout + deaf.out.stdout, { timeout: 20_000 }).toMatch(/Total FLOPs[\s\S]*start training/);
    await new Promise((resolve) => setTimeout(resolve, 300));
    hung.child.kill('SIGTERM');
    expect((await hung.ended).code).toBe(0);
    deaf.child.kill('SIGTERM');
    await expect.poll(() => deaf.out.stdout).toContain('SIGTERM ignored');
    deaf.child.kill('SIGKILL');
    expect((await deaf.ended).signal).toBe('SIGKILL');
  });
});

it('ends the same however often it is killed', async () => {
  const whole = fresh();
  for (const step of ['s1', 's2']) await runStep(whole, step);
  const w = fresh();
  for (const step of ['s1', 's2']) {
    for (const ms of [120, 220, 260, 300, 340]) {
      const run = startStep(w, step, { env: { STAND_IN_EPOCH_MS: '40' } });
      setTimeout(() => run.child.kill('SIGKILL'), ms);
      await run.ended;
    }
    expect((await runStep(w, step)).code).toBe(0);
  }
  expect(outputs(w)).toEqual(outputs(whole));
});

it('says in its weights what they are, and takes the voice from the training clips', async () => {
  const w = fresh();
  await runStep(w, 's2');
  const note = readNote(join(w.sovits, 'v_e2_s26.pth'));
  expect(note).toMatchObject({ kind: 'sovits', epoch: 2, version: 'v2Pro', rate: 32000 });
  expect(note.units.length).toBeGreaterThan(2);
});
