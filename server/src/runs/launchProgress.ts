import type { ServerContext } from '../lsp/context.ts';
import type { OutputEvent } from './runOutput.ts';

export interface LaunchProgress {
  report: (event: OutputEvent) => void;
  onCancel: (listener: () => void) => void;
  done: () => void;
}

/** Shows how a launch comes along, where the client can show it. */
export async function launchProgress({
  client,
  connection,
}: Pick<ServerContext, 'client' | 'connection'>): Promise<LaunchProgress> {
  if (client.window?.workDoneProgress !== true) {
    return { report: () => undefined, onCancel: () => undefined, done: () => undefined };
  }
  const progress = await connection.window.createWorkDoneProgress();
  progress.begin('Starting training', undefined, undefined, true);
  return {
    report: ({ event, phase = '', done = 0, total = 0 }) => {
      if (event !== 'progress') return;
      progress.report(total > 0 ? `${phase} ${done}/${total}` : phase);
    },
    onCancel: (listener) => progress.token.onCancellationRequested(listener),
    done: () => progress.done(),
  };
}
