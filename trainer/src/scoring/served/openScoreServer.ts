import type { Config } from '@deepcoder/config';
import { httpService } from '../../http/httpService.ts';
import type { ScoreServer } from './scoreServer.ts';
import { sglangServer } from './sglang.ts';
import { vllmServer } from './vllm.ts';

/** Where a server answers, and the key that it asks for. */
export interface ServerAddress {
  url: string;
  apiKey: string | null;
}

/** A client of a server of the teacher's type. */
export function scoreServer(
  {
    type,
    model,
    timeout,
    retries,
  }: Pick<Config['teacher'], 'type' | 'model' | 'timeout' | 'retries'>,
  { url, apiKey }: ServerAddress,
): ScoreServer {
  const service = httpService({ role: 'teacher', url, apiKey, timeoutMs: timeout * 1000, retries });
  return type === 'sglang' ? sglangServer(service) : vllmServer(service, model);
}
