import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { open } from 'node:fs/promises';
import { createServer } from 'node:net';
import { setTimeout } from 'node:timers/promises';
import { type Config, DeepCoderError, isScoreServer } from '@deepcoder/config';
import { processStart } from '@deepcoder/trainer-protocol/node';
import { lastLines, readTail } from '../../disk/logEnd.ts';
import { whyNoScores } from './answersScores.ts';
import { launchCommand } from './launchCommand.ts';
import { isOutOfMemory, startupPhase } from './startupPhase.ts';
import { endGroup } from './stopTeacher.ts';
import {
  findTeacher,
  logFile,
  type ManagedTeacher,
  readKey,
  removeRecord,
  teacherFolder,
  teacherName,
  type TeacherRecord,
  writeKey,
  writeRecord,
} from './teacherFolder.ts';

export interface StartOptions {
  config: Config;
  cwd: string;
  env: Readonly<Record<string, string | undefined>>;
  /** Told each new phase. */
  say: (text: string) => void;
  signal?: AbortSignal | undefined;
}

export interface StartedTeacher extends ManagedTeacher {
  /** It ran already. */
  isAdopted: boolean;
}

/** What a server reads at once where it is not told; what is halved first when its memory does not suffice. */
const USUAL_BATCH_TOKENS = 8192;
const LEAST_BATCH_TOKENS = 512;

/**
 * Starts the server of a config, or takes the one that runs already, and waits until it has scored some tokens.
 * One that runs out of memory is started again with half the tokens at once. A server that does not become
 * ready is ended, as is one whose start is aborted; one that was taken over is left alone.
 *
 * @throws DeepCoderError with the end of the server's log
 */
export async function startTeacher(options: StartOptions): Promise<StartedTeacher> {
  const { config, cwd, say } = options;
  const name = teacherName(config);
  const running = await findTeacher(cwd, name);
  if (running?.isAlive === true) {
    say(`${name} runs already, at ${running.record.url}`);
    await untilReady(running, options);
    return { ...running, isAdopted: true };
  }
  let batchTokens = config.teacher.launch?.batchTokens ?? null;
  for (;;) {
    const teacher = await launch(name, batchTokens, options);
    try {
      await untilReady(teacher, options);
      return { ...teacher, isAdopted: false };
    } catch (error) {
      await endGroup(teacher.record);
      await removeRecord(teacher.folder);
      const half = Math.floor((batchTokens ?? USUAL_BATCH_TOKENS) / 2);
      const log = await readTail(logFile(teacher.folder));
      if (!(error instanceof Ended) || !isOutOfMemory(log) || half < LEAST_BATCH_TOKENS)
        throw error;
      say(`the server ran out of memory; again, with ${half} tokens at once`);
      batchTokens = half;
    }
  }
}

async function launch(
  name: string,
  batchTokens: number | null,
  { config, cwd, env, say }: StartOptions,
): Promise<ManagedTeacher> {
  const { type, model, launch: settings } = config.teacher;
  if (!isScoreServer(type)) throw new TypeError(`a ${type} teacher is not started`);
  const folder = teacherFolder(cwd, name);
  const port = settings?.port ?? (await freePort());
  const key = randomBytes(24).toString('base64url');
  const command = launchCommand(config, { port, key, batchTokens });
  await writeKey(folder, key);
  const pid = await spawnDetached(command, { log: logFile(folder), env });
  const record: TeacherRecord = {
    version: 1,
    ...{ model: model!, type, host: settings?.host ?? null, batchTokens },
    ...{ url: `http://127.0.0.1:${port}`, pid, started: processStart(pid) ?? 'ended' },
    since: new Date().toISOString(),
  };
  await writeRecord(folder, record);
  say(`started ${name} at ${record.url}; its log is ${logFile(folder)}`);
  return { name, folder, record, isAlive: true };
}

/** A port that was free a moment ago. */
function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() =>
        resolve(typeof address === 'object' && address !== null ? address.port : 0),
      );
    });
  });
}

/** Starts a program that outlives this one, as the leader of a group of its own. */
async function spawnDetached(
  { program, args, env: own }: ReturnType<typeof launchCommand>,
  { log, env }: { log: string; env: StartOptions['env'] },
): Promise<number> {
  const output = await open(log, 'w', 0o600);
  try {
    const child = spawn(program, args, {
      detached: true,
      env: { ...env, ...own },
      stdio: ['ignore', output.fd, output.fd],
    });
    await new Promise<void>((resolve, reject) => {
      child.once('spawn', resolve);
      child.once('error', reject);
    });
    child.unref();
    return child.pid!;
  } catch (cause) {
    throw new DeepCoderError(
      'teacher-program',
      `teacher.launch: ${program} cannot be started (${(cause as Error).message}); install it, or name the program in teacher.launch.command`,
      { exitCode: 3, cause },
    );
  } finally {
    await output.close();
  }
}

/** The server's program is gone. */
class Ended extends DeepCoderError {}

const LOOK_EVERY_MS = 500;

async function untilReady(
  { folder, record, name }: ManagedTeacher,
  { config, say, signal }: StartOptions,
): Promise<void> {
  const seconds = config.teacher.launch?.readyWithin ?? 0;
  const until = performance.now() + seconds * 1000;
  const address = { url: record.url, apiKey: await readKey(folder) };
  let told = '';
  for (;;) {
    const trouble = await whyNoScores(config.teacher, address, signal);
    if (trouble === null) return;
    const log = await readTail(logFile(folder));
    if (processStart(record.pid) !== record.started) {
      const message = `teacher ${name}: its server ended before it was ready; its log ends with\n${lastLines(log)}`;
      throw new Ended('teacher-ended', message, { exitCode: 3 });
    }
    const phase = startupPhase(log);
    if (phase !== told) say(phase);
    told = phase;
    if (performance.now() > until) {
      const message = `teacher ${name}: its server was not ready within ${seconds} s (teacher.launch.ready_within); it said last: ${phase}; asked for a score: ${trouble}`;
      throw new DeepCoderError('teacher-slow', message, { exitCode: 3 });
    }
    await setTimeout(LOOK_EVERY_MS, undefined, { ...(signal && { signal }) });
  }
}
