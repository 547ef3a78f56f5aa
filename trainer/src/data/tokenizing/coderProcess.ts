import { fork, type ChildProcess } from 'node:child_process';
import { createInterface } from 'node:readline';
import { DeepCoderError } from '@deepcoder/config';
import type { Encoded, TextCoder } from '../../tokenizer/textCoder.ts';
import type { TokenizerFiles } from '../../tokenizer/tokenizerFiles.ts';
import type { CoderAnswer, CoderRequest } from './messages.ts';

/** For one text. */
const LIMIT_MS = 60_000;

/**
 * Runs a tokenizer in a process of its own, with limits: the tokenizers library ends the process where an expression
 * takes too many steps. That costs the text that was asked about; the next is asked of another process.
 */
export function coderProcess(
  files: TokenizerFiles,
  { script, limitMs = LIMIT_MS }: { script: URL; limitMs?: number },
): TextCoder {
  let child: ChildProcess | null = null;
  let last: Promise<unknown> = Promise.resolve();
  const start = (): ChildProcess => {
    const started = fork(script, {
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
      serialization: 'advanced',
    });
    started.once('exit', () => {
      if (child === started) child = null;
    });
    started.send(files);
    return started;
  };
  const ask = async <T>(request: CoderRequest): Promise<T> => {
    child ??= start();
    return (await askOnce(child, request, { limitMs, place: files.place })) as T;
  };
  const inTurn = <T>(request: CoderRequest): Promise<T> => {
    const asked = last.then(() => ask<T>(request));
    last = asked.catch(() => undefined);
    return asked;
  };
  return {
    encode: (text) => inTurn<Encoded>({ encode: text }),
    decode: (ids) => inTurn<string>({ decode: Array.from(ids) }),
    prefixIds: () => inTurn<number[]>({ prefixIds: true }),
  };
}

/** Between requests the process keeps nobody waiting for its end. */
function hold(child: ChildProcess, isHeld: boolean): void {
  if (isHeld) child.ref();
  else child.unref();
  const { channel, stderr } = child;
  for (const one of [channel, stderr as { ref?: () => void; unref?: () => void } | null]) {
    if (isHeld) one?.ref?.();
    else one?.unref?.();
  }
}

async function askOnce(
  child: ChildProcess,
  request: CoderRequest,
  { limitMs, place }: { limitMs: number; place: string },
): Promise<unknown> {
  hold(child, true);
  const said: string[] = [];
  const lines = createInterface({ input: child.stderr! }).on('line', (line) => said.push(line));
  let timer: NodeJS.Timeout | undefined;
  try {
    return await new Promise((resolve, reject) => {
      const fail = (why: string): void => reject(failure(request, place, why));
      timer = setTimeout(() => {
        child.kill('SIGKILL');
        fail(`takes longer than ${Math.round(limitMs / 1000)} s`);
      }, limitMs);
      child.once('message', (answer: CoderAnswer) => {
        if ('error' in answer) fail(`fails: ${answer.error}`);
        else resolve(answer.result);
      });
      child.once('close', () => fail(whyEnded(said)));
      child.send(request);
    });
  } finally {
    clearTimeout(timer);
    lines.close();
    child.removeAllListeners('message').removeAllListeners('close');
    hold(child, false);
  }
}

/** The line behind that of a panic, or an error's. */
function whyEnded(said: readonly string[]): string {
  const panic = said.findIndex((line) => line.includes('panicked at'));
  const words = panic < 0 ? said.find((line) => line.startsWith('Error: ')) : said[panic + 1];
  return words === undefined ? 'ends its process' : `ends its process: ${words}`;
}

function failure(request: CoderRequest, place: string, why: string): DeepCoderError {
  const about = 'encode' in request ? `a text of ${request.encode.length} characters` : 'tokens';
  return new DeepCoderError(
    'tokenizer-failed',
    `${place}/tokenizer.json: over ${about} it ${why}; use another tokenizer, or leave the text out`,
    { exitCode: 3 },
  );
}
