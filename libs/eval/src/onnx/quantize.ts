import { GRAPH_FIELDS, mapGraph } from './graph.js';
import { bytesOf, type Field, messageField, numberField, readFields, textField, textOf, valuesOf, writeFields } from './protobuf.js';

/** How weights are kept: half precision, or whole numbers of 8 bits with one scale a tensor. Computation stays float32. */
export type WeightFormat = 'fp16' | 'int8';
/** A smaller copy, and how many weights were rewritten. */
export type QuantizedModel = { readonly model: Uint8Array; readonly tensors: number; readonly bytesBefore: number; readonly bytesAfter: number };

const FLOAT = 1, INT8 = 3, FLOAT16 = 10; // Source: onnx 1.19, TensorProto.DataType
const FEWEST = 256; // Source: ours; smaller tensors (biases, shapes) save nothing and matter most

/**
 * Rewrites the float32 weights of an ONNX model as FP16 or INT8, each followed by the node that turns it back: the model takes and gives what it did, from a file of a half or a
 * quarter of the size. Measure the drift before you use one.
 * @throws {RangeError} when the bytes are no ONNX model.
 */
export function quantizeWeights(model: Uint8Array, format: WeightFormat): QuantizedModel {
  let tensors = 0;
  const copy = mapGraph(model, (graph) => {
    const weights: Field[] = [], nodes: Field[] = [], rest: Field[] = [];
    for (const field of graph) {
      if (field.number === GRAPH_FIELDS.node) { nodes.push(field); continue; }
      const made = field.number === GRAPH_FIELDS.initializer ? rewriteWeight(bytesOf(field.value), format) : null;
      if (made === null) { rest.push(field); continue; }
      tensors += 1;
      weights.push(...made.weights.map((weight) => messageField(GRAPH_FIELDS.initializer, weight)), messageField(GRAPH_FIELDS.node, made.node));
    }
    return [...weights.filter(({ number }) => number === GRAPH_FIELDS.node), ...nodes, ...rest, ...weights.filter(({ number }) => number !== GRAPH_FIELDS.node)];
  });
  return { model: copy, tensors, bytesBefore: model.length, bytesAfter: copy.length };
}

function rewriteWeight(tensor: Uint8Array, format: WeightFormat): { readonly weights: readonly Uint8Array[]; readonly node: readonly Field[] } | null {
  const fields = readFields(tensor); // TensorProto: 1 dims, 2 data_type, 4 float_data, 8 name, 9 raw_data
  if (valuesOf(fields, 2)[0] !== FLOAT) return null;
  const raw = bytesOf(valuesOf(fields, 9)[0]), packed = bytesOf(valuesOf(fields, 4)[0]);
  const bytes = raw.length > 0 ? raw : packed;
  if (bytes.length < 4 * FEWEST) return null;
  const values = new Float32Array(Uint8Array.from(bytes).buffer);
  const name = textOf(valuesOf(fields, 8)[0]), kept = `${name}.${format}`;
  const shape = fields.filter(({ number }) => number === 1);
  const typed = (type: number, data: Uint8Array): Uint8Array => writeFields([...shape, numberField(2, type), textField(8, kept), { number: 9, wire: 2, value: data }]);
  if (format === 'fp16') {
    const half = Uint16Array.from(values, toHalf);
    return { weights: [typed(FLOAT16, new Uint8Array(half.buffer))], node: [textField(1, kept), textField(2, name), textField(4, 'Cast'), messageField(5, [textField(1, 'to'), numberField(3, FLOAT), numberField(20, 2)])] };
  }
  const largest = values.reduce((most, value) => Math.max(most, Math.abs(value)), 0), scale = Math.fround(largest > 0 ? largest / 127 : 1);
  const whole = Int8Array.from(values, (value) => Math.max(-127, Math.min(127, Math.round(value / scale))));
  const scaleTensor = writeFields([numberField(2, FLOAT), textField(8, `${kept}.scale`), { number: 9, wire: 2, value: new Uint8Array(Float32Array.of(scale).buffer) }]);
  return { weights: [typed(INT8, new Uint8Array(whole.buffer)), scaleTensor], node: [textField(1, kept), textField(1, `${kept}.scale`), textField(2, name), textField(4, 'DequantizeLinear')] };
}

/** The nearest half-precision number, ties to even, as its 16 bits. Source: IEEE 754-2019, binary16. */
function toHalf(value: number): number {
  const sign = value < 0 || Object.is(value, -0) ? 0x8000 : 0, size = Math.abs(value);
  if (Number.isNaN(value)) return 0x7e00;
  const even = (x: number): number => { const low = Math.floor(x), over = x - low; return over > 0.5 || (over === 0.5 && low % 2 === 1) ? low + 1 : low; };
  if (size < 2 ** -14) return sign | even(size * 2 ** 24);
  let exponent = Math.floor(Math.log2(size));
  if (2 ** exponent > size) exponent -= 1; // log2 may round up
  const bits = (exponent + 14) * 1024 + even((size / 2 ** exponent) * 1024);
  return sign | Math.min(bits, 0x7c00);
}
