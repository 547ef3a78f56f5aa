import type { SchedulerEvents } from './scheduler.ts';

/** What is logged of an answer; never a text of it, nor of its request. */
interface LoggedAnswer {
  method: string;
  /** The route, not the address: no part of what a client made up. */
  route: string;
  status: number;
  ms: number;
}

export interface ServingLog {
  onAnswered: (answer: LoggedAnswer) => void;
  onFailure: (error: unknown) => void;
  onFinished: NonNullable<SchedulerEvents['onFinished']>;
}

/** A line of JSON for each answer, each text that was generated, and each failure, for what collects logs. */
export function servingLog(write: (line: string) => void, now: () => number): ServingLog {
  const log = (level: 'info' | 'error', event: string, values: object): void =>
    write(`${JSON.stringify({ time: new Date(now()).toISOString(), level, event, ...values })}\n`);
  return {
    onAnswered: ({ ms, ...answer }) => log('info', 'answer', { ...answer, ms: Math.round(ms) }),
    onFinished: ({ reason, tokens, cached }, totalMs) =>
      log('info', 'generation', { reason, tokens, cached, ms: Math.round(totalMs) }),
    onFailure: (error) => {
      const { message, stack } = error instanceof Error ? error : new Error(String(error));
      log('error', 'failure', { message, stack });
    },
  };
}
