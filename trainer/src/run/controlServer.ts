import { createHash } from 'node:crypto';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { connect, createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { DeepCoderError } from '@deepcoder/config';
import {
  formatControl,
  parseControlRequest,
  type ControlRequest,
  type ControlResponse,
} from '@deepcoder/trainer-protocol';

export interface ControlServer {
  /** Where clients connect; what `run.json` names. */
  path: string;
  /** Waits for the answers that are due, then lets all clients go. */
  close: () => Promise<void>;
}

/** Answers one request; it may take as long as the work that was asked for. */
export type HandleControl = (request: ControlRequest) => Promise<ControlResponse>;

/** The path of a Unix socket has about 104 bytes on macOS and 108 on Linux. */
const MAX_SOCKET_PATH_BYTES = 100;

/** Listens for JSON lines on `control.sock` in the run's folder, or on a named pipe on Windows. */
export async function openControlServer(
  runFolder: string,
  handle: HandleControl,
): Promise<ControlServer> {
  const { path: socketPath, shortFolder } = await chooseSocketPath(runFolder);
  await refuseWhereSomeoneListens(socketPath, runFolder);
  if (process.platform !== 'win32') await rm(socketPath, { force: true });
  const sockets = new Set<Socket>();
  const answers = new Set<Promise<void>>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    serve(socket, (request) => {
      const response = handle(request);
      const sent = response.then(() => undefined).finally(() => answers.delete(sent));
      answers.add(sent);
      return response;
    });
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(socketPath, resolve);
  });
  // Whoever may connect may stop the run; the umask would decide otherwise.
  if (process.platform !== 'win32') await chmod(socketPath, 0o600);
  return {
    path: socketPath,
    close: async () => {
      await Promise.all(answers);
      await new Promise<void>((resolve) => {
        server.close(() => resolve());
        // What was written still gets out; a client that stays connected is let go.
        for (const socket of sockets) socket.destroySoon();
      });
      if (shortFolder !== null) await rm(shortFolder, { recursive: true, force: true });
    },
  };
}

function serve(socket: Socket, handle: HandleControl): void {
  // A client that goes away is no matter of ours.
  socket.on('error', () => socket.destroy());
  const lines = createInterface({ input: socket });
  lines.on('error', () => socket.destroy());
  lines.on('line', (line) => {
    const request = parseControlRequest(line);
    const answer = (response: ControlResponse) => {
      if (socket.writable) socket.write(formatControl(response));
    };
    if ('ok' in request) answer(request);
    else void handle(request).then(answer);
  });
}

async function chooseSocketPath(
  runFolder: string,
): Promise<{ path: string; shortFolder: string | null }> {
  const folder = path.resolve(runFolder);
  if (process.platform === 'win32') {
    const name = createHash('sha256').update(folder.toLowerCase()).digest('hex').slice(0, 16);
    return { path: `\\\\.\\pipe\\deepcoder-${name}`, shortFolder: null };
  }
  const inside = path.join(folder, 'control.sock');
  if (Buffer.byteLength(inside) <= MAX_SOCKET_PATH_BYTES)
    return { path: inside, shortFolder: null };
  const shortFolder = await mkdtemp(path.join(tmpdir(), 'dc-'));
  return { path: path.join(shortFolder, 'control.sock'), shortFolder };
}

async function refuseWhereSomeoneListens(socketPath: string, runFolder: string): Promise<void> {
  const someoneListens = await new Promise<boolean>((resolve) => {
    const socket = connect(socketPath);
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
  if (!someoneListens) return;
  throw new DeepCoderError(
    'run/live',
    `run ${runFolder}: another process is working on it; stop it first`,
    { exitCode: 3 },
  );
}
