import path from 'node:path';
import {
  runsAttach,
  runsChanged,
  runsCheckpoint,
  runsContinue,
  runsDelete,
  runsDetach,
  runsList,
  runsLog,
  runsMetrics,
  runsMetricsNotification,
  runsPause,
  runsPlay,
  runsStop,
  type ControlResult,
} from '@deepcoder/server-protocol';
import type { ControlCommand } from '@deepcoder/trainer-protocol';
import { sendControl } from '@deepcoder/trainer-protocol/node';
import type { ServerContext } from '../lsp/context.ts';
import { onCustomRequest } from '../lsp/onCustomRequest.ts';
import { createAttachedRuns } from './attachedRuns.ts';
import { deleteRun } from './deleteRun.ts';
import { createHeartbeat } from './heartbeat.ts';
import { rememberStarts } from './processStarts.ts';
import { readPlayed } from './readPlayed.ts';
import { registerJobs } from './registerJobs.ts';
import { registerLaunching } from './registerLaunching.ts';
import { runLines } from './runOutput.ts';
import { createRunWatcher, isLiveInfo, type RunNews } from './runWatcher.ts';

/** With at most one notification of metrics a beat and one of runs every fifth, a client hears of 8 a second. */
const BEAT_MS = 150;
const LOOK_EVERY_BEATS = 5;

/** Launches, watches and controls runs for the client. */
export function registerRuns(context: ServerContext): void {
  const { connection, clock } = context;
  const dirs = new Set<string>();
  const watcher = createRunWatcher(() => [...workspaceDirs(context), ...dirs], rememberStarts());
  const attached = createAttachedRuns((folder, error) =>
    connection.console.warn(`metrics of ${folder}: ${String(error)}`),
  );
  const tell = tellsChanges(context);
  const heartbeat = createHeartbeat(
    BEAT_MS,
    async (beat) => {
      // Trouble with one look (a disk that is away) must not end all later ones.
      await tellMetrics().catch((error: unknown) => connection.console.warn(String(error)));
      if (beat % LOOK_EVERY_BEATS !== 0) return;
      await watcher.look().then(tell, (error: unknown) => connection.console.warn(String(error)));
    },
    () => clock.now(),
  );
  let sequence = 0;
  const tellMetrics = async (): Promise<void> => {
    const runs = await attached.collect();
    if (runs.length === 0) return;
    sequence += 1;
    await connection.sendNotification(runsMetricsNotification.method, { sequence, runs });
  };
  context.onShutdown(() => heartbeat.stop());

  onCustomRequest(connection, runsList, async ({ dirs: more = [] }) => {
    for (const dir of more) dirs.add(path.resolve(dir));
    heartbeat.start();
    return { runs: await watcher.list() };
  });
  onCustomRequest(connection, runsAttach, async ({ folder, ...selection }) => {
    heartbeat.start();
    const run = await watcher.refresh(folder);
    return { run, ...(await attached.attach(folder, selection)) };
  });
  onCustomRequest(connection, runsDetach, async ({ folder }) => {
    attached.detach(folder);
    return { ok: true, message: '', run: await watcher.refresh(folder) };
  });
  onCustomRequest(connection, runsMetrics, ({ folder, ...selection }) =>
    attached.history(folder, selection),
  );
  onCustomRequest(connection, runsPlay, ({ folder }) => readPlayed(folder));
  onCustomRequest(connection, runsLog, async ({ folder, lines }) => ({
    lines: await runLines(folder, lines),
  }));
  onCustomRequest(connection, runsDelete, async ({ folder }): Promise<ControlResult> => {
    const problem = await deleteRun(folder);
    if (problem !== null) {
      return { ok: false, message: problem, run: await watcher.refresh(folder) };
    }
    attached.detach(folder);
    tell(await watcher.look());
    return { ok: true, message: `removed ${folder}`, run: null };
  });

  const commands = [
    [runsStop, 'stop'],
    [runsPause, 'pause'],
    [runsContinue, 'continue'],
    [runsCheckpoint, 'checkpoint'],
  ] as const;
  for (const [spec, command] of commands) {
    onCustomRequest(connection, spec, async ({ folder }) => {
      const answer = await control(folder, command);
      return { ...answer, run: await watcher.refresh(folder) };
    });
  }

  registerJobs(context);
  registerLaunching(context, {
    liveRuns: async () => (await watcher.list()).filter(isLiveInfo),
    onRunsDir: (dir) => dirs.add(dir),
    onLaunch: async ({ folder }) => {
      heartbeat.start();
      await watcher.refresh(folder);
    },
  });
}

function workspaceDirs(context: ServerContext): string[] {
  const { folders } = context.settings.current.runs;
  return context
    .workspaceFolders()
    .flatMap((root) => folders.map((folder) => path.resolve(root, folder)));
}

/** Numbers what is told of runs, and tells nothing where there is nothing. */
function tellsChanges({ connection }: ServerContext): (news: RunNews) => void {
  let sequence = 0;
  return ({ runs, removed }) => {
    if (runs.length + removed.length === 0) return;
    sequence += 1;
    void connection.sendNotification(runsChanged.method, { sequence, runs, removed });
  };
}

async function control(
  folder: string,
  command: ControlCommand,
): Promise<Pick<ControlResult, 'ok' | 'message'>> {
  try {
    const { ok, message } = await sendControl(folder, command);
    return { ok, message };
  } catch (error) {
    return { ok: false, message: error instanceof Error ? error.message : String(error) };
  }
}
