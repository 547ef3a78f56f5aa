import type { CancellationToken } from 'vscode';
import type { z } from 'zod';
import type { Disposer } from './disposer.ts';

/** A request of the server's protocol. */
interface RequestSpec<Params extends z.ZodType, Result extends z.ZodType> {
  method: string;
  params: Params;
  result: Result;
}

export interface NotificationSpec<Params extends z.ZodType> {
  method: string;
  params: Params;
}

/** The language server as commands and views see it; it starts at the first use. */
export interface ServerConnection {
  request<Params extends z.ZodType, Result extends z.ZodType>(
    spec: RequestSpec<Params, Result>,
    params: z.input<Params>,
    token?: CancellationToken,
  ): Promise<z.output<Result>>;
  /** What does not fit the protocol is logged and dropped. */
  onNotification<Params extends z.ZodType>(
    spec: NotificationSpec<Params>,
    handler: (params: z.output<Params>) => void,
  ): Disposer;
  /** Called at every start, also after a crash of the server. */
  onStarted(handler: () => void): Disposer;
}
