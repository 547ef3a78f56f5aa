interface NodeBuffer {
  from(bytes: ArrayBufferLike, offset: number, length: number): { toString(as: 'base64'): string };
}

/** Node's, where there is one: its `btoa` takes a hundred times as long. */
const { Buffer: nodeBuffer } = globalThis as { Buffer?: NodeBuffer };

/** The bytes of an array as base64. */
export function toBase64(array: Float32Array | Float64Array | Uint32Array | Uint8Array): string {
  const { buffer, byteOffset, byteLength } = array;
  if (nodeBuffer !== undefined) {
    return nodeBuffer.from(buffer, byteOffset, byteLength).toString('base64');
  }
  const bytes = new Uint8Array(buffer, byteOffset, byteLength);
  let binary = '';
  for (let i = 0; i < bytes.length; i += 0x8000)
    // Of so many only: more arguments overflow the stack.
    // eslint-disable-next-line no-restricted-syntax
    binary += String.fromCharCode(...bytes.subarray(i, i + 0x8000));
  return btoa(binary);
}

export function f64FromBase64(text: string): Float64Array {
  return new Float64Array(bytesOf(text).buffer);
}

export function f32FromBase64(text: string): Float32Array {
  return new Float32Array(bytesOf(text).buffer);
}

export function u32FromBase64(text: string): Uint32Array {
  return new Uint32Array(bytesOf(text).buffer);
}

function bytesOf(text: string): Uint8Array<ArrayBuffer> {
  const binary = atob(text);
  const bytes = new Uint8Array(binary.length);
  for (let i = 0; i < bytes.length; i++) bytes[i] = binary.charCodeAt(i);
  return bytes;
}
