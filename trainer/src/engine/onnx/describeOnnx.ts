import { openOrtApi } from './ortApi.ts';
import { packagedLibrary } from './sharedLibrary.ts';

/** What the installed ONNX Runtime is; rejects where it does not load. */
export async function describeOnnx(): Promise<{ version: string }> {
  return { version: (await openOrtApi(packagedLibrary())).version };
}
