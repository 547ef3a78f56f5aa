import { PbfWriter } from 'pbf';
import type { Attribute, Branch, Node, Value, ValueType } from '../trace/graph.ts';

export interface OnnxGraph {
  nodes: readonly Node[];
  constants: readonly Value[];
  inputs: readonly Value[];
  outputs: readonly Value[];
  /** Frozen weights, whose data is kept outside the model under the value's own name. */
  weights: readonly Value[];
}

/** `TensorProto.DataType` of onnx.proto. */
const DATA_TYPE: Record<ValueType, number> = { float32: 1, uint8: 2, int32: 6, int64: 7, bool: 9 };
/** `AttributeProto.AttributeType` of onnx.proto. */
const ATTRIBUTE = { float: 1, int: 2, string: 3, graph: 5, ints: 7 } as const;
const IR_VERSION = 9;
const OPSET = 21;

/** Serializes a graph as an ONNX `ModelProto` (field numbers of onnx.proto, IR version 9). */
export function encodeModel(graph: OnnxGraph): Uint8Array {
  const pbf = new PbfWriter();
  pbf.writeVarintField(1, IR_VERSION);
  pbf.writeStringField(2, 'deepcoder');
  pbf.writeMessage(7, writeGraph, graph);
  pbf.writeMessage(8, writeOpset, { domain: '', version: OPSET });
  pbf.writeMessage(8, writeOpset, { domain: 'com.microsoft', version: 1 });
  return pbf.finish();
}

function writeOpset(opset: { domain: string; version: number }, pbf: PbfWriter): void {
  pbf.writeStringField(1, opset.domain);
  pbf.writeVarintField(2, opset.version);
}

function writeGraph(graph: OnnxGraph, pbf: PbfWriter): void {
  for (const node of graph.nodes) pbf.writeMessage(1, writeNode, node);
  pbf.writeStringField(2, 'program');
  for (const value of graph.constants) pbf.writeMessage(5, writeConstant, value);
  for (const weight of graph.weights) pbf.writeMessage(5, writeWeight, weight);
  for (const value of graph.inputs) pbf.writeMessage(11, writeValueInfo, value);
  for (const value of graph.outputs) pbf.writeMessage(12, writeValueInfo, value);
}

function writeNode(node: Node, pbf: PbfWriter): void {
  for (const name of node.inputs) pbf.writeStringField(1, name);
  for (const name of node.outputs) pbf.writeStringField(2, name);
  pbf.writeStringField(3, node.outputs.find((name) => name !== '') ?? node.op);
  pbf.writeStringField(4, node.op);
  for (const [name, value] of Object.entries(node.attributes)) {
    pbf.writeMessage(5, writeAttribute, { name, value });
  }
  if (node.domain !== '') pbf.writeStringField(7, node.domain);
}

function writeAttribute({ name, value }: { name: string; value: Attribute }, pbf: PbfWriter): void {
  pbf.writeStringField(1, name);
  if (typeof value === 'number') {
    pbf.writeVarintField(3, value);
    pbf.writeVarintField(20, ATTRIBUTE.int);
  } else if (typeof value === 'string') {
    pbf.writeStringField(4, value);
    pbf.writeVarintField(20, ATTRIBUTE.string);
  } else if ('nodes' in value) {
    pbf.writeMessage(6, writeBranch, value);
    pbf.writeVarintField(20, ATTRIBUTE.graph);
  } else if ('float' in value) {
    pbf.writeFloatField(2, value.float);
    pbf.writeVarintField(20, ATTRIBUTE.float);
  } else {
    for (const item of value) pbf.writeVarintField(8, item);
    pbf.writeVarintField(20, ATTRIBUTE.ints);
  }
}

function writeBranch({ nodes, output }: Branch, pbf: PbfWriter): void {
  for (const node of nodes) pbf.writeMessage(1, writeNode, node);
  pbf.writeStringField(2, 'branch');
  pbf.writeMessage(12, writeValueInfo, output);
}

function writeTensorHead(value: Value, pbf: PbfWriter): void {
  for (const size of value.shape) pbf.writeVarintField(1, size);
  pbf.writeVarintField(2, DATA_TYPE[value.dtype]);
  pbf.writeStringField(8, value.name);
}

function writeConstant(value: Value, pbf: PbfWriter): void {
  const data = value.constant!;
  writeTensorHead(value, pbf);
  pbf.writeBytesField(9, new Uint8Array(data.buffer, data.byteOffset, data.byteLength));
}

function writeWeight(value: Value, pbf: PbfWriter): void {
  writeTensorHead(value, pbf);
  pbf.writeMessage(13, writeStringEntry, { key: 'location', value: value.name });
  pbf.writeVarintField(14, 1);
}

function writeStringEntry(entry: { key: string; value: string }, pbf: PbfWriter): void {
  pbf.writeStringField(1, entry.key);
  pbf.writeStringField(2, entry.value);
}

function writeValueInfo(value: Value, pbf: PbfWriter): void {
  pbf.writeStringField(1, value.name);
  pbf.writeMessage(2, writeType, value);
}

function writeType(value: Value, pbf: PbfWriter): void {
  pbf.writeMessage(1, writeTensorType, value);
}

function writeTensorType(value: Value, pbf: PbfWriter): void {
  pbf.writeVarintField(1, DATA_TYPE[value.dtype]);
  pbf.writeMessage(2, writeShape, value);
}

function writeShape(value: Value, pbf: PbfWriter): void {
  for (const size of value.shape) pbf.writeMessage(1, writeDimension, size);
}

function writeDimension(size: number, pbf: PbfWriter): void {
  pbf.writeVarintField(1, size);
}
