import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { DeepCoderError } from '@deepcoder/config';
import {
  formatService,
  parseServiceRequest,
  PROTOCOL_VERSION,
  SERVICE_METHODS,
  type ServiceMethod,
  type ServiceParams,
  type ServiceResponse,
  type ServiceResult,
} from '@deepcoder/trainer-protocol';

/** What answers each method; long ones look at the signal now and then. */
export type ServiceHandlers = {
  [M in ServiceMethod]: (
    params: ServiceParams<M>,
    signal: AbortSignal,
  ) => Promise<ServiceResult<M>>;
};

/**
 * Answers JSON lines until the input ends. Requests are begun as they come and answered as they are
 * done; one that fails is answered with its error, and the service goes on.
 */
export async function serve(
  input: Readable,
  output: (line: string) => void,
  handlers: ServiceHandlers,
): Promise<void> {
  const running = new Map<number, AbortController>();
  const work = new Set<Promise<void>>();
  const respond = (response: ServiceResponse): void => output(formatService(response));
  const begin = async (id: number, method: ServiceMethod, params: unknown): Promise<void> => {
    const controller = new AbortController();
    running.set(id, controller);
    const response = await answer({ method, params }, handlers, controller.signal);
    running.delete(id);
    respond({ version: PROTOCOL_VERSION, id, ...response });
  };
  for await (const line of createInterface({ input })) {
    const request = parseServiceRequest(line);
    if ('error' in request || 'result' in request) respond(request);
    else if ('cancel' in request) running.get(request.cancel)?.abort();
    else {
      const begun = begin(request.id, request.method, request.params);
      work.add(begun);
      void begun.finally(() => work.delete(begun));
    }
  }
  for (const controller of running.values()) controller.abort();
  await Promise.all(work);
}

type Answer = { result: unknown } | { error: { code: string; message: string } };

async function answer(
  { method, params }: { method: ServiceMethod; params: unknown },
  handlers: ServiceHandlers,
  signal: AbortSignal,
): Promise<Answer> {
  const checked = SERVICE_METHODS[method].params.safeParse(params);
  if (!checked.success) {
    const [issue] = checked.error.issues;
    const message = `${method}: ${issue?.path.join('.') ?? ''}: ${issue?.message ?? 'does not fit'}`;
    return { error: { code: 'service/request', message } };
  }
  try {
    const handle = handlers[method] as (params: unknown, signal: AbortSignal) => Promise<unknown>;
    return { result: await handle(checked.data, signal) };
  } catch (error) {
    if (signal.aborted) return { error: { code: 'service/cancelled', message: 'cancelled' } };
    if (error instanceof DeepCoderError) {
      return { error: { code: error.code, message: error.message } };
    }
    const message = error instanceof Error ? (error.stack ?? error.message) : String(error);
    return { error: { code: 'bug', message } };
  }
}
