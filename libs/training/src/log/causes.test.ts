import { expect, it } from 'vitest';
import { causeOfLine } from './causes.js';

// Lines as GPT-SoVITS 48b1a01 with torch 2.13 printed them.
it.each([
  ['TRAINING_PORT_TAKEN', 'torch.distributed.DistNetworkError: The server socket has failed to listen on any local network address. The server socket has failed to bind to [::]:53697 (errno: 98 - Address already in use).'],
  ['TRAINING_PORT_TAKEN', "ERROR:    [Errno 98] error while attempting to bind on address ('127.0.0.1', 19880): address already in use"],
  ['TRAINING_OPTION_INVALID', 'ValueError: The following condition must be satisfied: min_length >= min_interval >= hop_size'],
  ['TRAINING_OPTION_INVALID', 'ValueError: The following condition must be satisfied: max_sil_kept >= hop_size'],
  ['TRAINING_FILE_MISSING', '输入路径存在但既不是文件也不是文件夹'],
  ['TRAINING_AUDIO_UNREADABLE', '/voice/recordings/broken.wav ->fail-> Traceback (most recent call last):'],
])('%s is read from the engine’s line', (code, line) => {
  expect(causeOfLine(line)?.code).toBe(code);
});

it('takes the slicer’s last line, which it prints whatever happened, for no cause', () => {
  expect(causeOfLine('执行完毕，请检查输出文件')).toBeNull();
});
