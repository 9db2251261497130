import { describe, expect, it } from 'vitest';
import { adaptRequirements } from './adapt-requirements.js';
import { formatSetup } from './format-setup.js';
import { environmentPython, isWholePath, packagedPython, planSetup, type SetupOptions, type SetupPlan } from './plan-setup.js';
import { parseSmokeReport } from './smoke-test.js';
import { archiveUrls, torchBuildFor } from './sources.js';

const commands = (plan: SetupPlan): readonly string[] => plan.steps.flatMap(({ actions }) => actions.flatMap((action) => (action.kind === 'command' ? [[action.command, ...action.args].join(' ')] : [])));
const on = (options: Partial<SetupOptions> = {}): SetupPlan => planSetup({ dir: '/opt/gsv/', device: 'cpu', ...options });

describe('the plan of a setup', () => {
  it('goes from the clone to the smoke test', () => {
    const plan = on();
    expect(plan.steps.map(({ id }) => id)).toEqual(['checkout', 'environment', 'torch', 'requirements', 'pretrained', 'g2pw', 'nltk', 'language-detector', 'smoke-test']);
    expect(commands(plan)).toEqual(expect.arrayContaining([
      'git -C /opt/gsv fetch -q --depth 1 origin 48b1a0169a28582a8984402f82cf438d3bfa6aca', 'python3 -m venv /opt/gsv/venv',
      '/opt/gsv/venv/bin/python -m pip install --index-url https://download.pytorch.org/whl/cpu torch torchaudio torchcodec',
      '/opt/gsv/venv/bin/python -m pip install -r /opt/gsv/.voxtune/requirements.txt',
    ]));
    expect(plan.steps.find(({ id }) => id === 'pretrained')?.doneWhen).toContain('/opt/gsv/GPT_SoVITS/pretrained_models/v2Pro/s2Gv2Pro.pth');
  });

  it('brings what the languages and the version need, and no more', () => {
    expect(on({ languages: ['ja'] }).steps.map(({ id }) => id)).toEqual(['checkout', 'environment', 'torch', 'requirements', 'pretrained', 'open-jtalk', 'language-detector', 'smoke-test']);
    expect(on({ version: 'v1' }).steps.map(({ id }) => id)).not.toContain('g2pw'); // v1 reads Chinese without it
    expect(on({ version: 'v4' }).steps.find(({ id }) => id === 'pretrained')?.doneWhen).toContain('/opt/gsv/GPT_SoVITS/pretrained_models/gsv-v4-pretrained/s2Gv4.pth');
  });

  it('uses uv where there is one', () => {
    expect(commands(on({ uv: '/bin/uv', python: 'python3.11' }))).toEqual(expect.arrayContaining(['/bin/uv venv --allow-existing --python python3.11 /opt/gsv/venv', '/bin/uv pip install --python /opt/gsv/venv/bin/python -r /opt/gsv/.voxtune/requirements.txt']));
  });

  it('names no address when everything comes from a folder', () => {
    const plan = on({ from: '/media/stick' });
    expect(formatSetup(plan)).not.toMatch(/https?:/);
    expect(commands(plan)).toEqual(expect.arrayContaining(['git -C /opt/gsv config remote.origin.url /media/stick/GPT-SoVITS.git', '/opt/gsv/venv/bin/python -m pip install --no-index --find-links /media/stick/packages torch torchaudio torchcodec']));
  });

  it('leaves the packaged build’s Python as it is', () => {
    const plan = on({ packaged: true });
    expect(plan.python).toBe('/opt/gsv/runtime/python');
    expect(commands(plan).filter((line) => /\bpip\b|\bvenv\b/.test(line))).toEqual([]);
  });

  it('speaks Windows', () => {
    const plan = planSetup({ dir: 'D:\\voices\\gsv\\', device: 'cuda', platform: 'win32' });
    expect(plan.python).toBe('D:\\voices\\gsv\\venv\\Scripts\\python.exe');
    expect(commands(plan)).toEqual(expect.arrayContaining(['python -m venv D:\\voices\\gsv\\venv', 'git -c core.longpaths=true init -q D:\\voices\\gsv', 'D:\\voices\\gsv\\venv\\Scripts\\python.exe -m pip install --index-url https://download.pytorch.org/whl/cu126 torch torchaudio torchcodec']));
    expect(plan.steps.find(({ id }) => id === 'g2pw')?.doneWhen).toEqual(['D:\\voices\\gsv\\GPT_SoVITS\\text\\G2PWModel\\g2pW.onnx']);
    expect(planSetup({ dir: '\\\\nas\\voices\\gsv', platform: 'win32' }).python).toBe('\\\\nas\\voices\\gsv\\venv\\Scripts\\python.exe');
    expect(planSetup({ dir: '\\\\nas\\voices\\gsv', platform: 'win32' }).notes.join()).toContain('share');
    expect(planSetup({ dir: `C:\\${'long\\'.repeat(30)}gsv`, platform: 'win32' }).notes.join()).toContain('260');
    expect(planSetup({ dir: 'C:\\', platform: 'win32' }).root).toBe('C:\\');
    expect(packagedPython('C:\\GPT-SoVITS', 'win32')).toBe('C:\\GPT-SoVITS\\runtime\\python.exe');
    expect(environmentPython('C:/GPT-SoVITS/venv', 'win32')).toBe('C:\\GPT-SoVITS\\venv\\Scripts\\python.exe');
  });

  it.each([['C:\\x', 'win32', true], ['c:/x', 'win32', true], ['\\\\nas\\share', 'win32', true], ['\\x', 'win32', false], ['C:x', 'win32', false], ['/x', 'win32', false], ['/x', 'posix', true], ['x', 'posix', false]] as const)('knows whether %s is a whole path on %s', (path, platform, whole) => {
    expect(isWholePath(path, platform)).toBe(whole);
  });

  it('refuses what it cannot mean', () => {
    expect(() => on({ dir: 'gsv' })).toThrow(RangeError);
    expect(() => on({ commit: 'main' })).toThrow(/40 hex digits/);
  });
});

it('asks the chosen source first, and a private mirror alone', () => {
  expect(archiveUrls('a.zip', 'modelscope', null)).toEqual([
    'https://www.modelscope.cn/models/XXXXRT/GPT-SoVITS-Pretrained/resolve/master/a.zip', 'https://huggingface.co/XXXXRT/GPT-SoVITS-Pretrained/resolve/main/a.zip', 'https://hf-mirror.com/XXXXRT/GPT-SoVITS-Pretrained/resolve/main/a.zip',
  ]);
  expect(archiveUrls('a.zip', 'mirror', 'http://127.0.0.1:1/')).toEqual(['http://127.0.0.1:1/XXXXRT/GPT-SoVITS-Pretrained/resolve/main/a.zip']);
});

it('chooses torch by the GPU', () => {
  expect([torchBuildFor('cpu', 12), torchBuildFor('cuda', 8.6), torchBuildFor('cuda', 12), torchBuildFor('cuda', null)]).toEqual(['cpu', 'cu126', 'cu128', 'cu126']);
});

it('keeps requirements from replacing torch, saying what it changed', () => {
  const { text, changes } = adaptRequirements('--no-binary=opencc\r\nnumpy<2.0\ntorchaudio\ntorchmetrics<=1.5\nonnxruntime; platform_machine == "arm64"\nonnxruntime-gpu; platform_machine == "x86_64"\n', 'cpu');
  expect(text).toBe('\nnumpy<2.0\n\ntorchmetrics<=1.5\nonnxruntime; platform_machine == "arm64"\nonnxruntime; platform_machine == "x86_64"\n');
  expect(changes.map(({ line, becomes }) => [line, becomes])).toEqual([['--no-binary=opencc', null], ['torchaudio', null], ['onnxruntime-gpu; platform_machine == "x86_64"', 'onnxruntime; platform_machine == "x86_64"']]);
  expect(adaptRequirements('onnxruntime-gpu\n', 'cuda')).toEqual({ text: 'onnxruntime-gpu\n', changes: [] });
});

it('finds the report among what the imported modules print', () => {
  expect(parseSmokeReport(['hello', 'VOXTUNE-SMOKE {"python":"3.11.7","failures":{}}'])).toEqual({ python: '3.11.7', failures: {} });
  expect(parseSmokeReport(['Segmentation fault'])).toBeNull();
});
