import { bytesOf, type Field, messageField, numberField, readFields, textField, textOf, valuesOf, writeFields } from './protobuf.js';

// Field numbers of onnx.proto (onnx 1.19).
const MODEL_GRAPH = 7; // Source: ModelProto.graph
const GRAPH_NODE = 1; // Source: GraphProto.node
const GRAPH_INITIALIZER = 5; // Source: GraphProto.initializer
const GRAPH_INPUT = 11; // Source: GraphProto.input
const GRAPH_OUTPUT = 12; // Source: GraphProto.output
const GRAPH_VALUE_INFO = 13; // Source: GraphProto.value_info
const NODE_INPUT = 1; // Source: NodeProto.input
const NODE_OUTPUT = 2; // Source: NodeProto.output
const TENSOR_NAME = 8; // Source: TensorProto.name
const FLOAT = 1; // Source: TensorProto.DataType.FLOAT

/** A tensor of a cut model: its name and shape, float32; a string is a free dimension. */
export type CutTensor = { readonly name: string; readonly shape: readonly (number | string)[] };

/** Describes a float tensor as a graph's input or output does (ValueInfoProto). */
export const describeTensor = ({ name, shape }: CutTensor): Uint8Array => writeFields([
  textField(1, name),
  messageField(2, [messageField(1, [numberField(1, FLOAT), messageField(2, shape.map((size) => messageField(1, [typeof size === 'string' ? textField(2, size) : numberField(1, size)])))])]),
]);

/**
 * Cuts the part of a model that leads from some tensors to one, as a model of its own: the nodes between, with their weights.
 * @param model - Bytes of an ONNX model whose weights lie inside.
 * @param from - Tensors that are given instead of computed.
 * @param to - The tensor that is wanted.
 * @returns null when the model does not lead from the one to the other.
 */
export function cutModel(model: Uint8Array, from: readonly CutTensor[], to: CutTensor): Uint8Array | null {
  const fields = readFields(model);
  const graphAt = fields.findIndex(({ number }) => number === MODEL_GRAPH);
  if (graphAt < 0) return null;
  const graph = readFields(bytesOf(fields[graphAt]!.value));
  const nodes = valuesOf(graph, GRAPH_NODE).map((value) => {
    const bytes = bytesOf(value), parts = readFields(bytes);
    return { bytes, inputs: valuesOf(parts, NODE_INPUT).map(textOf), outputs: valuesOf(parts, NODE_OUTPUT).map(textOf) };
  });
  const weights = new Map(valuesOf(graph, GRAPH_INITIALIZER).map((value) => [textOf(valuesOf(readFields(bytesOf(value)), TENSOR_NAME)[0]), bytesOf(value)]));
  const given = new Set(from.map(({ name }) => name));
  const needed = new Set<(typeof nodes)[number]>(), used = new Set<string>(), met = new Set<string>();
  const wanted = [to.name];
  while (wanted.length > 0) {
    const name = wanted.pop()!;
    if (name === '' || met.has(name)) continue;
    met.add(name);
    if (given.has(name)) continue;
    if (weights.has(name)) { used.add(name); continue; }
    const node = nodes.find(({ outputs }) => outputs.includes(name));
    if (node === undefined) return null; // an input of the whole model that was not given
    needed.add(node);
    wanted.push(...node.inputs);
  }
  if (![...given].every((name) => met.has(name))) return null;
  const cut: Field[] = [
    ...nodes.filter((node) => needed.has(node)).map(({ bytes }) => messageField(GRAPH_NODE, bytes)),
    textField(2, 'cut'),
    ...[...weights].filter(([name]) => used.has(name)).map(([, bytes]) => messageField(GRAPH_INITIALIZER, bytes)),
    ...from.map((tensor) => messageField(GRAPH_INPUT, describeTensor(tensor))),
    messageField(GRAPH_OUTPUT, describeTensor(to)),
  ];
  return writeFields(fields.map((field, i) => (i === graphAt ? messageField(MODEL_GRAPH, cut) : field)));
}

/** Rewrites each weight (TensorProto) and the rest of a graph with it. @param rewrite - Gives the graph's new fields. */
export function mapGraph(model: Uint8Array, rewrite: (graph: readonly Field[]) => readonly Field[]): Uint8Array {
  return writeFields(readFields(model).map((field) => (field.number === MODEL_GRAPH ? messageField(MODEL_GRAPH, rewrite(readFields(bytesOf(field.value)))) : field)));
}

export const GRAPH_FIELDS = { node: GRAPH_NODE, initializer: GRAPH_INITIALIZER, input: GRAPH_INPUT, output: GRAPH_OUTPUT, valueInfo: GRAPH_VALUE_INFO } as const;
