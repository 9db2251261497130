'use strict';
// Tensors of the right shapes; their numbers follow the input's name and mean nothing.
const { Tensor } = require('./pickle.cjs');
const { generator } = require('./random.cjs');
const { torchFile } = require('./torch-file.cjs');

/** A file with one float32 tensor, as `torch.save(tensor)` writes it; `nan` spoils its last number. */
function tensorFile(shape, seed, { nan = false } = {}) {
  const count = shape.reduce((product, size) => product * size, 1);
  const random = generator(seed);
  const block = Float32Array.from({ length: 4096 }, () => (random() - 0.5) / 4);
  const data = new Float32Array(count);
  for (let at = 0; at < count; at += block.length) data.set(block.subarray(0, Math.min(block.length, count - at)), at);
  if (nan) data[count - 1] = NaN;
  return torchFile(new Tensor('Float', shape, 0), [data]);
}

module.exports = { tensorFile };
