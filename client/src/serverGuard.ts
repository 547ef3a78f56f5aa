import { fork, type ChildProcess } from 'node:child_process';
import type { Middleware } from 'vscode-languageclient/node';
import type { Disposer } from './disposer.ts';
import { watchServer, type WatchOptions } from './serverWatch.ts';
import { documentIn, ServerWork } from './serverWork.ts';

/** Ends a server that does not answer, and keeps the next one from what held it up. */
export interface ServerGuard extends Disposer {
  startProcess: () => Promise<ChildProcess>;
  middleware: Middleware;
  /** Throws in words where a request is about a document that is left alone. */
  check: (params: unknown) => void;
  /** Leaves nothing alone any more. Returns how to end the server that runs now, should it not end by itself. */
  forget: () => () => void;
}

interface GuardOptions extends Omit<WatchOptions, 'onDeaf'> {
  /** It has been ended, with this document at hand. */
  onDeaf: (document: string | null) => void;
  leftAloneText: () => string;
}

export function guardServer(
  script: string,
  { onDeaf, leftAloneText, ...watching }: GuardOptions,
): ServerGuard {
  const work = new ServerWork();
  const leftAlone = new Set<string>();
  const isLeftAlone = (params: unknown): boolean => leftAlone.has(documentIn(params) ?? '');
  let child: ChildProcess | null = null;
  const watch = watchServer({
    ...watching,
    onDeaf: () => {
      const { document } = work;
      if (document !== null) leftAlone.add(document);
      // Its client starts it again, as after a crash.
      child?.kill('SIGKILL');
      onDeaf(document);
    },
  });
  return {
    startProcess: () => {
      work.clear();
      child = startProcess(script);
      return Promise.resolve(child);
    },
    middleware: {
      sendRequest: (type, params, token, next) => work.during(params, next(type, params, token)),
      sendNotification: (type, next, params) => {
        // A document that is never opened there is not read.
        if (isLeftAlone(params)) return Promise.resolve();
        work.told(params);
        return next(type, params);
      },
    },
    check: (params) => {
      if (isLeftAlone(params)) throw new Error(leftAloneText());
    },
    forget: () => {
      leftAlone.clear();
      const before = child;
      return () => before?.kill('SIGKILL');
    },
    dispose: () => watch.dispose(),
  };
}

function startProcess(script: string): ChildProcess {
  return fork(script, ['--stdio', `--clientProcessId=${process.pid}`], {
    silent: true,
    execArgv: [],
    env: { ...process.env, ELECTRON_RUN_AS_NODE: '1', ELECTRON_NO_ASAR: '1' },
  });
}
