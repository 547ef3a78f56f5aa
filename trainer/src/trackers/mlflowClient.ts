import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { isPassing } from '../http/attempts.ts';
import { RefusedError } from './delivery.ts';

export type Env = Readonly<Record<string, string | undefined>>;

/** MLflow's REST interface. Errors never hold a key. */
export interface MlflowClient {
  url: string;
  get: (method: string, query: Record<string, string>) => Promise<unknown>;
  post: (method: string, body: unknown) => Promise<unknown>;
  /** Stores a file through the server's artifact proxy, where it has one. */
  put: (artifact: string, bytes: Uint8Array) => Promise<void>;
}

const PATIENCE_MS = 15_000;

export function openMlflowClient(url: string, authorization: string | null): MlflowClient {
  const base = url.replace(/(?<!\/)\/+$/, '');
  const headers = authorization === null ? {} : { authorization };
  const ask = async (place: string, init: RequestInit): Promise<unknown> => {
    const answer = await fetch(`${base}/api/2.0/${place}`, {
      ...init,
      headers: { ...headers, 'content-type': 'application/json' },
      signal: AbortSignal.timeout(PATIENCE_MS),
    });
    const text = await answer.text();
    if (!answer.ok) throw errorOf(place.split('?')[0] ?? place, answer.status, text);
    return text === '' ? {} : JSON.parse(text);
  };
  return {
    url: base,
    get: (method, query) =>
      ask(`mlflow/${method}?${new URLSearchParams(query).toString()}`, { method: 'GET' }),
    post: (method, body) => ask(`mlflow/${method}`, { method: 'POST', body: JSON.stringify(body) }),
    put: async (artifact, bytes) => {
      const place = `mlflow-artifacts/artifacts/${artifact}`;
      await ask(place, { method: 'PUT', body: bytes as Uint8Array<ArrayBuffer> });
    },
  };
}

/** 4xx is final, but for those that say that it is a matter of time. */
function errorOf(place: string, status: number, text: string): Error {
  const message = `${place} answered ${status}${codeOf(text)}`;
  const isFinal = status >= 400 && !isPassing(status);
  return isFinal ? new RefusedError(message) : new Error(message);
}

function codeOf(text: string): string {
  try {
    const { error_code: code, message } = JSON.parse(text) as Record<string, unknown>;
    return ` ${String(code)}: ${String(message).slice(0, 300)}`;
  } catch {
    return '';
  }
}

/**
 * As MLflow's own client finds it: `MLFLOW_TRACKING_TOKEN`, or `MLFLOW_TRACKING_USERNAME` and `_PASSWORD`, or these
 * two of `~/.mlflow/credentials`; null without any.
 */
export async function mlflowAuthorization(env: Env, home: string): Promise<string | null> {
  const token = env['MLFLOW_TRACKING_TOKEN'];
  if (token) return `Bearer ${token}`;
  const file = await readFile(path.join(home, '.mlflow', 'credentials'), 'utf8').catch(() => '');
  const ofFile = (name: string) =>
    new RegExp(`^\\s*${name}\\s*=\\s*(.+?)\\s*$`, 'm').exec(file)?.[1];
  const user = env['MLFLOW_TRACKING_USERNAME'] ?? ofFile('mlflow_tracking_username');
  const password = env['MLFLOW_TRACKING_PASSWORD'] ?? ofFile('mlflow_tracking_password');
  if (user === undefined) return null;
  return `Basic ${Buffer.from(`${user}:${password ?? ''}`).toString('base64')}`;
}
