import { connect } from 'node:net';
import { createInterface } from 'node:readline';
import { DeepCoderError } from '@deepcoder/config';
import {
  formatControl,
  parseControlResponse,
  PROTOCOL_VERSION,
  type ControlCommand,
  type ControlResponse,
} from '../src/index.ts';
import { isLive, readRun } from './readRun.ts';

/** A checkpoint of a large model and the step before it take a while. */
const TIMEOUT_MS = 600_000;

/** Asks a live run for something and returns its answer; a run that is not live is an error. */
export async function sendControl(
  runFolder: string,
  command: ControlCommand,
  { timeoutMs = TIMEOUT_MS }: { timeoutMs?: number } = {},
): Promise<ControlResponse> {
  const summary = await readRun(runFolder);
  if ('problem' in summary) throw refuse('run/unreadable', runFolder, summary.problem);
  const { status, run } = summary;
  if (status === 'remote') {
    throw refuse('run/remote', runFolder, `it runs on ${run.host}; give the command there`);
  }
  if (!isLive(status)) throw refuse('run/not-live', runFolder, `it is not running (${status})`);
  if (run.control === null) {
    throw refuse('run/not-live', runFolder, 'it is just starting or ending; try again in a moment');
  }
  return exchange(run.control, { runFolder, command, timeoutMs });
}

function exchange(
  socketPath: string,
  {
    runFolder,
    command,
    timeoutMs,
  }: { runFolder: string; command: ControlCommand; timeoutMs: number },
): Promise<ControlResponse> {
  return new Promise((resolve, reject) => {
    const socket = connect(socketPath);
    const fail = (code: string, message: string) => {
      clearTimeout(timer);
      socket.destroy();
      reject(refuse(code, runFolder, message));
    };
    const timer = setTimeout(() => {
      fail(
        'run/no-answer',
        `no answer to ${command} within ${timeoutMs / 1000} s; it may still come`,
      );
    }, timeoutMs);
    socket.once('error', ({ message }) => fail('run/no-answer', `cannot reach it: ${message}`));
    socket.once('connect', () => {
      socket.write(formatControl({ version: PROTOCOL_VERSION, id: 1, command }));
    });
    const lines = createInterface({ input: socket });
    // The interface passes the socket's errors on; they are handled above.
    lines.on('error', () => undefined);
    lines.once('line', (line) => {
      const response = parseControlResponse(line);
      if (response === null) {
        fail('run/no-answer', `it answered something else: ${line.slice(0, 100)}`);
        return;
      }
      clearTimeout(timer);
      socket.end();
      resolve(response);
    });
    socket.once('close', () => fail('run/no-answer', 'it ended without an answer'));
  });
}

function refuse(code: string, runFolder: string, message: string): DeepCoderError {
  return new DeepCoderError(code, `run ${runFolder}: ${message}`, { exitCode: 3 });
}
