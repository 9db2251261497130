// Writes small ONNX models as protobuf bytes, so that tests can open real sessions whose answers a law foretells.
// Field numbers: onnx 1.19, onnx.proto (IR version 8, opset 13).
type Bytes = readonly number[];
const varint = (value: number): number[] => (value < 128 ? [value] : [(value & 127) | 128, ...varint(Math.floor(value / 128))]);
const number = (field: number, value: number): Bytes => [...varint(field * 8), ...varint(value)];
const bytes = (field: number, content: Bytes): Bytes => [...varint(field * 8 + 2), ...varint(content.length), ...content];
const text = (field: number, value: string): Bytes => bytes(field, [...new TextEncoder().encode(value)]);

/** A node; attributes are int lists, ints or nothing. */
export type Node = { readonly op: string; readonly inputs: readonly string[]; readonly output: string; readonly ints?: Readonly<Record<string, readonly number[]>>; readonly int?: Readonly<Record<string, number>> };
/** A tensor's name and shape; a string is a free dimension. */
export type Shape = { readonly name: string; readonly shape: readonly (number | string)[]; readonly int64?: boolean };
export type Weight = { readonly name: string; readonly dims: readonly number[]; readonly values: readonly number[] };

const nodeBytes = ({ op, inputs, output, ints = {}, int = {} }: Node): Bytes => [
  ...inputs.flatMap((name) => text(1, name)), ...text(2, output), ...text(4, op),
  ...Object.entries(ints).flatMap(([name, values]) => bytes(5, [...text(1, name), ...values.flatMap((value) => number(8, value)), ...number(20, 7)])),
  ...Object.entries(int).flatMap(([name, value]) => bytes(5, [...text(1, name), ...number(3, value), ...number(20, 2)])),
];
const infoBytes = ({ name, shape, int64 = false }: Shape): Bytes => [
  ...text(1, name),
  ...bytes(2, bytes(1, [...number(1, int64 ? 7 : 1), ...bytes(2, shape.flatMap((size) => bytes(1, typeof size === 'string' ? text(2, size) : number(1, size))))])),
];
const weightBytes = ({ name, dims, values }: Weight): Bytes => [
  ...dims.flatMap((size) => number(1, size)), ...number(2, 1), ...text(8, name),
  ...bytes(9, [...new Uint8Array(Float32Array.from(values).buffer)]),
];

/** A whole model. */
export function onnxBytes({ nodes, inputs, outputs, weights = [] }: { readonly nodes: readonly Node[]; readonly inputs: readonly Shape[]; readonly outputs: readonly Shape[]; readonly weights?: readonly Weight[] }): Uint8Array {
  const graph = [...nodes.flatMap((node) => bytes(1, nodeBytes(node))), ...text(2, 'test'), ...weights.flatMap((weight) => bytes(5, weightBytes(weight))), ...inputs.flatMap((one) => bytes(11, infoBytes(one))), ...outputs.flatMap((one) => bytes(12, infoBytes(one)))];
  return Uint8Array.from([...number(1, 8), ...bytes(7, graph), ...bytes(8, [...text(1, ''), ...number(2, 13)])]);
}
