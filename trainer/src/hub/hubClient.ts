import { datasetInfo, downloadFile, listFiles, modelInfo } from '@huggingface/hub';
import { isSafePath } from '@deepcoder/trainer-protocol';
import type { RepoKind } from '@deepcoder/trainer-protocol/node';
import { failureText, isPassing, pause } from '../http/attempts.ts';
import { hubError, refusal } from './hubError.ts';
import type { HubSettings } from './hubSettings.ts';

/** A repository at a revision, for requests and messages. */
export interface RepoAt {
  kind: RepoKind;
  /** `OWNER/NAME`. */
  repo: string;
  revision: string;
}

export interface RemoteFile {
  path: string;
  bytes: number;
  /** The name of its blob in the cache: the SHA-256 of an LFS file, else Git's SHA-1 of the file. */
  hash: string;
}

/** What a repository holds. */
interface RemoteRepo {
  commit: string;
  files: RemoteFile[];
}

/** What every call of the client takes. */
interface ClientOptions {
  hubUrl: string;
  fetch: typeof fetch;
  accessToken?: string;
}

function clientOptions(hub: HubSettings, what: string, signal?: AbortSignal): ClientOptions {
  return {
    hubUrl: hub.endpoint,
    fetch: hubFetch(hub, what, signal),
    ...(hub.token !== null && { accessToken: hub.token }),
  };
}

/** The commit that a revision stands for now, and all files of it. */
export async function lookUpRepo(
  hub: HubSettings,
  at: RepoAt,
  signal?: AbortSignal,
): Promise<RemoteRepo> {
  const options = clientOptions(hub, nameOf(at), signal);
  const asked = {
    ...options,
    name: at.repo,
    revision: at.revision,
    additionalFields: ['sha' as const],
  };
  const { sha } = await (at.kind === 'model' ? modelInfo(asked) : datasetInfo(asked));
  const files: RemoteFile[] = [];
  const repo = { type: at.kind, name: at.repo };
  for await (const entry of listFiles({ ...options, repo, revision: sha, recursive: true })) {
    if (entry.type !== 'file' || !isSafePath(entry.path)) continue;
    const hash = entry.lfs?.oid ?? entry.oid ?? '';
    files.push({ path: entry.path, bytes: entry.lfs?.size ?? entry.size, hash });
  }
  return { commit: sha, files };
}

/** The bytes of a file from `start` on. */
export async function* remoteBytes(
  hub: HubSettings,
  { repo, kind, revision, file, start }: RepoAt & { file: RemoteFile; start: number },
  signal?: AbortSignal,
): AsyncGenerator<Uint8Array> {
  const what = `${repo}/${file.path}`;
  const client = clientOptions(hub, what, signal);
  // The client's stream passes only the text of an error on.
  let refused: unknown;
  const told: typeof fetch = (...args) =>
    client.fetch(...args).catch((error: unknown) => {
      refused = error;
      throw error;
    });
  const blob = await downloadFile({
    ...{ ...client, fetch: told },
    repo: { type: kind, name: repo },
    path: file.path,
    revision,
    // Ranges of the plain file can be asked for again after a cut connection.
    xet: false,
  });
  if (blob === null) {
    throw hubError('hub-not-found', `${what}: the Hub lists this file but has not got it`);
  }
  try {
    yield* blob.slice(start).stream() as unknown as AsyncIterable<Uint8Array>;
  } catch (error) {
    throw refused ?? error;
  }
}

export function nameOf({ kind, repo, revision }: RepoAt): string {
  return `${kind === 'dataset' ? 'hf://datasets/' : ''}${repo}@${revision}`;
}

const TRIES = 4;

/** `fetch` that can be aborted, tries again what may pass, and says in our words what the Hub refused. */
function hubFetch(hub: HubSettings, what: string, signal?: AbortSignal): typeof fetch {
  const once = async (...[input, init]: Parameters<typeof fetch>): Promise<Response> => {
    try {
      return await fetch(input, { ...init, ...(signal && { signal }) });
    } catch (error) {
      signal?.throwIfAborted();
      throw unreachable(hub, what, error);
    }
  };
  return async (input, init) => {
    if (hub.isOffline) throw offline(what);
    let response = await once(input, init);
    for (let tries = 1; tries < TRIES && isPassing(response.status); tries++) {
      await response.body?.cancel();
      await pause(hub.retryPauseMs * 2 ** (tries - 1), signal);
      response = await once(input, init);
    }
    const refused = refusal(response, { what, hasToken: hub.token !== null });
    if (refused !== null) throw refused;
    return response;
  };
}

function offline(what: string): Error {
  return hubError(
    'hub-offline',
    `${what}: is not in the cache, and HF_HUB_OFFLINE is set; unset it, or fetch it on a machine with a network`,
  );
}

function unreachable(hub: HubSettings, what: string, cause: unknown): Error {
  return hubError(
    'hub-unreachable',
    `${what}: ${hub.endpoint} cannot be reached (${failureText(cause)}); check the network, or set HF_ENDPOINT`,
    cause,
  );
}
