import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { onTestFinished } from 'vitest';

/** Whatever a request may hold. */
interface Body {
  name: string;
  experiment_name: string;
  filter: string;
  run_id: string;
  status: string;
  metrics?: Metric[];
  params?: { key: string; value: string }[];
  tags?: { key: string; value: string }[];
}

interface Metric {
  key: string;
  value: number | string;
  step: number;
}

export interface FakeMlflow {
  url: string;
  /** Every metric that was stored, repeats too. */
  metrics: Metric[];
  params: Map<string, string>;
  status: () => string;
  files: Map<string, Buffer>;
  authorizations: Set<string | undefined>;
  runs: () => number;
  /** What is done with the next requests: `lost` stores and then cuts the connection. */
  behave: (next: () => 'answer' | 'refuse' | 'busy' | 'cut' | 'lost') => void;
  requests: () => number;
}

/** The part of MLflow's REST interface that is used, in memory. */
export async function fakeMlflow(): Promise<FakeMlflow> {
  const runs = new Map<string, { tags: Map<string, string>; status: string }>();
  const experiments = new Map<string, string>();
  const fake = {
    metrics: [] as Metric[],
    params: new Map<string, string>(),
    files: new Map<string, Buffer>(),
    authorizations: new Set<string | undefined>(),
  };
  let next: Parameters<FakeMlflow['behave']>[0] = () => 'answer';
  let requests = 0;
  const runOf = (id: string) => {
    const own = runs.get(id)!;
    const tags = [...own.tags].map(([key, value]) => ({ key, value }));
    const info = { run_id: id, artifact_uri: `mlflow-artifacts:/1/${id}/artifacts` };
    return { run: { info, data: { tags } } };
  };
  const methods: Record<string, (body: Body) => unknown> = {
    'experiments/get-by-name': ({ experiment_name: name }) => {
      const id = experiments.get(name);
      return id === undefined ? null : { experiment: { experiment_id: id } };
    },
    'experiments/create': ({ name }) => {
      experiments.set(name, String(experiments.size + 1));
      return { experiment_id: experiments.get(name) };
    },
    'runs/search': ({ filter }) => {
      const wanted = /= '(.*)'$/.exec(filter)?.[1];
      const found = [...runs].filter(([, { tags }]) => tags.get('deepcoder.run') === wanted);
      return { runs: found.map(([id]) => runOf(id).run) };
    },
    'runs/create': ({ tags = [] }) => {
      const id = `run${runs.size + 1}`;
      const own = tags.map(({ key, value }) => [key, value] as const);
      runs.set(id, { tags: new Map(own), status: 'RUNNING' });
      return runOf(id);
    },
    'runs/get': ({ run_id: id }) => runOf(id),
    'runs/update': ({ run_id: id, status }) => {
      runs.get(id)!.status = status;
      return {};
    },
    'runs/log-batch': ({ run_id: id, metrics = [], params = [], tags = [] }) => {
      if (metrics.length + params.length + tags.length > 1000 || params.length > 100) return null;
      fake.metrics.push(...metrics);
      for (const { key, value } of params) fake.params.set(key, value);
      for (const { key, value } of tags) runs.get(id)!.tags.set(key, value);
      return {};
    },
  };
  const server = createServer((request, response) => {
    void bodyOf(request).then((bytes) => {
      requests++;
      fake.authorizations.add(request.headers.authorization);
      const does = next();
      if (does === 'cut') return request.socket.destroy();
      if (does === 'busy' || does === 'refuse') {
        response.writeHead(does === 'busy' ? 503 : 401);
        return response.end('{"error_code":"NO","message":"no"}');
      }
      const { pathname, searchParams } = new URL(request.url!, 'http://localhost');
      const artifact = pathname.split('/api/2.0/mlflow-artifacts/artifacts/')[1];
      if (artifact !== undefined) fake.files.set(artifact, bytes);
      const method = pathname.split('/api/2.0/mlflow/')[1] ?? '';
      const given = (
        request.method === 'GET'
          ? Object.fromEntries(searchParams)
          : artifact === undefined
            ? JSON.parse(bytes.toString())
            : null
      ) as Body;
      const answer = artifact === undefined ? methods[method]!(given) : {};
      if (does === 'lost') return request.socket.destroy();
      response.writeHead(answer === null ? 404 : 200);
      return response.end(
        JSON.stringify(answer ?? { error_code: 'RESOURCE_DOES_NOT_EXIST', message: '' }),
      );
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return {
    ...fake,
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    status: () => [...runs.values()].map(({ status }) => status).join(),
    runs: () => runs.size,
    behave: (how) => {
      next = how;
    },
    requests: () => requests,
  };
}

async function bodyOf(request: IncomingMessage): Promise<Buffer> {
  const parts: Buffer[] = [];
  for await (const part of request) parts.push(part as Buffer);
  return Buffer.concat(parts);
}
