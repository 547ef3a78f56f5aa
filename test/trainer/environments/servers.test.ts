import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createServer as createSocket } from 'node:net';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { agentGymEnvironment } from '../../../trainer/src/environments/server/agentGym.ts';
import {
  openEnvEnvironment,
  type OpenEnvOptions,
} from '../../../trainer/src/environments/server/openEnv.ts';
import type { Environment, GameKey } from '../../../trainer/src/eval/environment.ts';
import { playByChoice } from '../../../trainer/src/eval/playByChoice.ts';
import type { Played } from '../../../trainer/src/eval/playedEpisode.ts';

const PYTHON = process.env['DEEPCODER_PYTHON'] ?? 'python3';
const SERVER = fileURLToPath(new URL('./openEnvServer.py', import.meta.url));
const KEYS = Array.from({ length: 6 }, (_, index): GameKey => ({ split: 'test', seed: 2, index }));

/** Opens the door that the first observation names; in the second game it breaks it instead. */
function openDoors(environment: Environment, word: string): Promise<Played> {
  const chooser = {
    start: ({ game, key }: { game: { observation: string }; key: GameKey }) => {
      const door = /door (\d)/.exec(game.observation)![1]!;
      const action = key.index === 1 ? word : key.index === 2 ? 'wait' : `open door ${door}`;
      return Promise.resolve(() => Promise.resolve({ thought: '', action }));
    },
  };
  return playByChoice({ environment, keys: KEYS, chooser, maxTurns: 3, concurrency: 4 });
}

const hasOpenEnv = canImport('openenv.core.env_server.http_server');

function canImport(module: string): boolean {
  try {
    execFileSync(PYTHON, ['-c', `import ${module}`], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

// Skipped where DEEPCODER_PYTHON has no openenv (pip install openenv).
describe.skipIf(!hasOpenEnv)('a server of OpenEnv itself', () => {
  let server: ChildProcess;
  let port: number;

  beforeAll(async () => {
    port = await freePort();
    server = spawn(PYTHON, [SERVER, String(port), '2'], { stdio: 'inherit' });
    await answers(`http://127.0.0.1:${port}/schema`);
  }, 60_000);

  afterAll(() => {
    server.kill();
  });

  const options = (): OpenEnvOptions => ({
    ...{ name: 'doors', url: `http://127.0.0.1:${port}`, task: '', successReward: 1 },
    fields: { action: 'said', observation: 'shown', task: 'goal', success: null },
    ...{ sessions: 2, timeoutMs: 5000 },
  });

  test('plays several games, with no more sessions than are allowed', async () => {
    const environment = openEnvEnvironment(options());
    const { episodes } = await openDoors(environment, 'break');
    await environment.close();
    expect(episodes.map(({ ending }) => ending)).toEqual([
      ...['success', 'error', 'failed', 'success', 'success', 'success'],
    ]);
    expect(episodes[1]!.error).toContain('the door is broken');
    expect(episodes[0]).toMatchObject({
      task: 'find the garden',
      observation: expect.stringMatching(/^behind door \d ; a bird sings$/) as string,
    });
  });

  test('a field that the observation does not have is named, with those that it has', async () => {
    const fields = { action: 'said', observation: 'text', task: null, success: null };
    const environment = openEnvEnvironment({ ...options(), fields });
    await expect(environment.reset(KEYS[0]!)).rejects.toMatchObject({
      code: 'environment-field',
      message: expect.stringMatching(/it has .*\bshown\b/) as string,
    });
  });
});

test('a server that is not there is told by its address', async () => {
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const fields = { action: 'said', observation: 'shown', task: null, success: null };
  const common = { name: 'doors', url, task: '', successReward: 1, sessions: 1, timeoutMs: 2000 };
  for (const environment of [
    openEnvEnvironment({ ...common, fields }),
    agentGymEnvironment(common),
  ]) {
    await expect(environment.reset(KEYS[0]!)).rejects.toMatchObject({
      message: expect.stringContaining(url) as string,
      exitCode: 3,
    });
  }
});

/** A server that speaks AgentGym, in this process; `created` counts the places that were made. */
function agentGymServer(): { server: Server; created: () => number } {
  const doors: number[] = [];
  const answer = (path: string, body: Record<string, unknown>): unknown => {
    if (path === '/create') return { id: doors.push(0) - 1 };
    const id = Number(body['id']);
    if (path === '/reset') {
      doors[id] = (Number(body['data_idx']) % 3) + 1;
      return { observation: `behind door ${doors[id]}`, reward: 0, done: false };
    }
    if (body['action'] === 'break') return null;
    const won = body['action'] === `open door ${doors[id]!}`;
    return { observation: won ? 'a garden' : 'a wall', reward: won ? 1 : 0, done: true };
  };
  const server = createServer((request, response) => {
    let text = '';
    request.on('data', (bytes: Buffer) => (text += bytes.toString()));
    request.on('end', () => {
      const said = answer(request.url!, JSON.parse(text) as Record<string, unknown>);
      response.statusCode = said === null ? 500 : 200;
      response.end(JSON.stringify(said));
    });
  });
  return { server, created: () => doors.length };
}

test('AgentGym over HTTP: places are used again, and a refusal is the environment’s error', async () => {
  const { server, created } = agentGymServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const url = `http://127.0.0.1:${port}`;
  const common = { name: 'doors', task: 'find the garden', successReward: 1, timeoutMs: 2000 };
  const environment = agentGymEnvironment({ ...common, url, sessions: 2 });
  const { episodes } = await openDoors(environment, 'break');
  server.close();
  expect(episodes.map(({ ending }) => ending)).toEqual([
    ...['success', 'error', 'failed', 'success', 'success', 'success'],
  ]);
  // data_idx is seed + index.
  expect(episodes[0]!.observation).toBe(`behind door ${(2 % 3) + 1}`);
  expect(created()).toBe(2);
});

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const socket = createSocket().listen(0, '127.0.0.1', () => {
      const { port } = socket.address() as AddressInfo;
      socket.close(() => resolve(port));
    });
  });
}

async function answers(url: string): Promise<void> {
  for (;;) {
    const response = await fetch(url).catch(() => null);
    if (response?.ok === true) return;
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
}
