import { expect, it } from 'vitest';
import { planTraining } from './plan-training.js';
import { enginePythonPath } from './python-path.js';
import { serverCommand } from './server-command.js';

const OWN = ['/e', '/e/GPT_SoVITS/BigVGAN', '/e/tools', '/e/tools/asr', '/e/GPT_SoVITS', '/e/tools/uvr5'];

it.each([
  ['', []],
  ['/site', ['/site']],
  ['/a:/b', ['/a', '/b']],
  [':/a::/e/tools:/a:', ['/a']], // empty entries mean the working folder; the rest once
])('puts the checkout first and then what was inherited: %j', (inherited, rest) => {
  expect(enginePythonPath('/e', inherited, 'posix')).toBe([...OWN, ...rest].join(':'));
});

it('separates as the platform does', () => {
  expect(enginePythonPath('C:/e', 'D:\\site;D:\\more', 'win32').split(';').slice(-3)).toEqual(['C:/e/tools/uvr5', 'D:\\site', 'D:\\more']);
});

it('reaches every process of training and the server', () => {
  const paths = { expDir: '/v/x', gptWeightsDir: '/v/g', sovitsWeightsDir: '/v/s', configDir: '/v/c', listPath: '/v/l', clipsDir: '/v/w' };
  const wanted = [...OWN, '/site'].join(':');
  const { steps } = planTraining({ engineRoot: '/e', name: 'v', paths, pythonPath: '/site' });
  expect(steps.map(({ env }) => env['PYTHONPATH'])).toEqual(steps.map(() => wanted));
  const server = serverCommand({ checkout: { root: '/e', interpreter: { command: 'python', args: [] } }, port: 9880, weights: { gpt: '/g', sovits: '/s' }, version: 'v2Pro', configPath: '/c', pythonPath: '/site' });
  expect(server.env['PYTHONPATH']).toBe(wanted);
});
