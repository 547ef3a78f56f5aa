import {
  ErrorCodes,
  ResponseError,
  type CancellationToken,
  type Connection,
} from 'vscode-languageserver';
import { z } from 'zod';
import { unlessModified } from './unlessModified.ts';

interface RequestSpec<P extends z.ZodType, R extends z.ZodType> {
  readonly method: string;
  readonly params: P;
  readonly result: R;
}

/** Answers a request of our own; params that do not fit are refused in words. */
export function onCustomRequest<P extends z.ZodType, R extends z.ZodType>(
  connection: Connection,
  { method, params }: RequestSpec<P, R>,
  answer: (params: z.output<P>, token: CancellationToken) => z.input<R> | Promise<z.input<R>>,
): void {
  connection.onRequest(method, (given: unknown, token: CancellationToken) => {
    const checked = params.safeParse(given);
    if (!checked.success) {
      const message = `${method}: ${z.prettifyError(checked.error)}`;
      return new ResponseError(ErrorCodes.InvalidParams, message);
    }
    return unlessModified(() => answer(checked.data, token));
  });
}
