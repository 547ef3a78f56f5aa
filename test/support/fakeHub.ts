import { createHash } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { onTestFinished } from 'vitest';

/** One repository: its files, and what makes it special. */
interface FakeRepo {
  files: Record<string, string | Uint8Array>;
  kind?: 'model' | 'dataset';
  /** Only with this token. */
  token?: string;
  isGated?: boolean;
  license?: string;
}

/** What goes wrong with a file, once for each entry; null: nothing. */
type Fault = { cutAfter: number } | { status: number } | { corrupt: true } | { hang: true } | null;

export interface FakeHub {
  endpoint: string;
  /** `METHOD path`, in order; of downloads with the range that was asked for. */
  requests: string[];
  repos: Record<string, FakeRepo>;
  /** By path of a file; the first one is used up by the next download of it. */
  faults: Record<string, Fault[]>;
  commitOf: (repo: string) => string;
}

/**
 * A Hub on loopback, as far as the client asks it: revisions, trees, downloads with ranges (LFS files by way of a
 * redirect to another path), gated and private repositories.
 */
export async function fakeHub(repos: Record<string, FakeRepo>): Promise<FakeHub> {
  const hub: FakeHub = {
    endpoint: '',
    requests: [],
    repos,
    faults: {},
    commitOf: (repo) => commitOf(repos[repo]!),
  };
  const server = createServer((request, response) => {
    answer(hub, request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  hub.endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return hub;
}

export function sha256(content: string | Uint8Array): string {
  return createHash('sha256').update(content).digest('hex');
}

/** Git's name of a file. */
function blobId(content: string | Uint8Array): string {
  const bytes = Buffer.from(content);
  return createHash('sha1').update(`blob ${bytes.length}\0`).update(bytes).digest('hex');
}

function answer(hub: FakeHub, request: IncomingMessage, response: ServerResponse): void {
  const url = new URL(request.url ?? '/', hub.endpoint);
  const place = decodeURIComponent(url.pathname);
  const range = request.headers.range ?? '';
  hub.requests.push(`${request.method} ${place}${range === '' ? '' : ` ${range}`}`);
  const api = /^\/api\/(model|dataset)s\/([^/]+\/[^/]+)\/(revision|tree)\/(.+)$/.exec(place);
  const resolve =
    /^\/(?:datasets\/)?([^/]+\/[^/]+)\/(resolve|lfs)\/([^/]+|refs\/pr\/\d+)\/(.+)$/.exec(place);
  const name = api?.[2] ?? resolve?.[1] ?? '';
  const repo = hub.repos[name];
  const refused = refusalOf(repo, request, resolve !== null);
  if (repo === undefined || refused !== null) {
    const [status, code] = refused ?? [404, 'RepoNotFound'];
    fail(response, status, code);
  } else if (api !== null) sendInfo({ name, repo, what: api[3]!, revision: api[4]! }, response);
  else
    sendFile(
      hub,
      { name, repo, path: resolve![4]!, isBody: resolve![2] === 'lfs', range },
      response,
    );
}

function refusalOf(
  repo: FakeRepo | undefined,
  request: IncomingMessage,
  isFile: boolean,
): [number, string] | null {
  if (repo === undefined) return [401, 'RepoNotFound'];
  const hasToken = request.headers.authorization === `Bearer ${repo.token ?? ''}`;
  if (repo.isGated === true && isFile && !hasToken) {
    return [request.headers.authorization === undefined ? 401 : 403, 'GatedRepo'];
  }
  if (repo.token !== undefined && repo.isGated !== true && !hasToken) return [401, 'RepoNotFound'];
  return null;
}

function sendInfo(
  { name, repo, what, revision }: { name: string; repo: FakeRepo; what: string; revision: string },
  response: ServerResponse,
): void {
  const sha = commitOf(repo);
  if (!['main', 'HEAD', 'v1', 'refs/pr/1', sha].includes(revision)) {
    fail(response, 404, 'RevisionNotFound');
    return;
  }
  const license = repo.license === undefined ? {} : { license: repo.license };
  sendJson(
    response,
    what === 'revision'
      ? {
          _id: '1',
          id: name,
          sha,
          private: false,
          gated: false,
          downloads: 0,
          likes: 0,
          lastModified: '2026-01-01T00:00:00.000Z',
          siblings: Object.keys(repo.files).map((rfilename) => ({ rfilename })),
          cardData: license,
        }
      : Object.entries(repo.files).map(([path, content]) => treeEntry(path, content)),
  );
}

function treeEntry(path: string, content: string | Uint8Array): Record<string, unknown> {
  const size = Buffer.byteLength(content);
  const lfs = isLfs(path) ? { lfs: { oid: sha256(content), size, pointerSize: 130 } } : {};
  return { type: 'file', path, size, oid: blobId(content), ...lfs };
}

function isLfs(path: string): boolean {
  return /\.(safetensors|gguf|bin|parquet)$/.test(path);
}

function sendFile(
  hub: FakeHub,
  {
    name,
    repo,
    path,
    isBody,
    range,
  }: { name: string; repo: FakeRepo; path: string; isBody: boolean; range: string },
  response: ServerResponse,
): void {
  const content = repo.files[path];
  if (content === undefined) {
    fail(response, 404, 'EntryNotFound');
    return;
  }
  if (isLfs(path) && !isBody) {
    const prefix = repo.kind === 'dataset' ? '/datasets' : '';
    response.writeHead(302, { Location: `${prefix}/${name}/lfs/main/${path}` }).end();
    return;
  }
  const bytes = Buffer.from(content);
  const [start, end] = rangeOf(range, bytes.length);
  const fault = range === 'bytes=0-0' ? null : (hub.faults[path]?.shift() ?? null);
  if (fault !== null && 'status' in fault) {
    fail(response, fault.status, '');
    return;
  }
  const body = Buffer.from(bytes.subarray(start, end));
  if (fault !== null && 'corrupt' in fault) body[0] = body[0]! ^ 1;
  response.writeHead(range === '' ? 200 : 206, {
    'Content-Length': body.length,
    'Content-Range': `bytes ${start}-${end - 1}/${bytes.length}`,
    'X-Repo-Commit': commitOf(repo),
    ETag: `"${isLfs(path) ? sha256(content) : blobId(content)}"`,
  });
  if (fault !== null && 'cutAfter' in fault) {
    response.write(body.subarray(0, fault.cutAfter), () => response.destroy());
  } else if (fault !== null && 'hang' in fault) response.write(body.subarray(0, 1));
  else response.end(body);
}

function rangeOf(range: string, size: number): [number, number] {
  const [, start, end] = /^bytes=(\d+)-(\d*)$/.exec(range) ?? [];
  return [Number(start ?? 0), end === undefined || end === '' ? size : Number(end) + 1];
}

function commitOf({ files }: FakeRepo): string {
  const parts = Object.entries(files).map(([path, content]) => `${path} ${sha256(content)}`);
  return createHash('sha1').update(parts.join('\n')).digest('hex');
}

function sendJson(response: ServerResponse, value: unknown): void {
  response.writeHead(200, { 'Content-Type': 'application/json' }).end(JSON.stringify(value));
}

function fail(response: ServerResponse, status: number, code: string): void {
  response
    .writeHead(status, {
      'Content-Type': 'application/json',
      ...(code !== '' && { 'X-Error-Code': code }),
    })
    .end(JSON.stringify({ error: code || `status ${status}` }));
}
