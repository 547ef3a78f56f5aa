/** What the installed ONNX Runtime is; rejects where it does not load. */
export async function describeOnnx(): Promise<{ version: string; providers: string[] }> {
  const ort = await import('onnxruntime-node');
  const providers = ort.listSupportedBackends().map(({ name }) => name);
  return { version: ort.env.versions.node ?? '', providers };
}
