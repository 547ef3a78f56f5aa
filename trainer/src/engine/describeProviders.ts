import { DeepCoderError } from '@deepcoder/config';
import { openOnnxExecutor } from './onnx/onnxExecutor.ts';
import { provenExecutor } from './provenExecutor.ts';

export interface ProviderFinding {
  name: 'webgpu' | 'cuda';
  isUsable: boolean;
  /** What it runs on, or why it is unavailable. */
  detail: string;
}

/** What ONNX Runtime can compute on here besides the CPU, each tried with a small step. */
export async function describeProviders(cacheDir: string | null): Promise<ProviderFinding[]> {
  const options = { threads: 0, cacheDir };
  const trusted = await openOnnxExecutor({ ...options, provider: 'cpu' });
  const findings: ProviderFinding[] = [];
  for (const name of ['webgpu', 'cuda'] as const) {
    try {
      const { description } = await provenExecutor({ ...options, provider: name, trusted });
      findings.push({ name, isUsable: true, detail: `${description}, computes as the CPU does` });
    } catch (error) {
      if (!(error instanceof DeepCoderError)) throw error;
      const detail = error.message.replace(/^engine\.provider \w+:? /, '');
      findings.push({ name, isUsable: false, detail });
    }
  }
  return findings;
}
