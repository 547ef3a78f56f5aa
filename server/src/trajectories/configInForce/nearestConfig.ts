import { stat } from 'node:fs/promises';
import path from 'node:path';
import { loadConfig, type Config } from '@deepcoder/config';
import { URI } from 'vscode-uri';
import type { ServerContext } from '../../lsp/context.ts';

const NAMES = ['deepcoder.yaml', 'deepcoder.yml'];

export interface InForce {
  /** Absolute path. */
  path: string;
  config: Config;
}

/**
 * The training config in force for a file: the one that the settings name, else the nearest
 * `deepcoder.yaml` upwards, up to the workspace folder. Answers with what is known; what has to be read comes later, and is told by `onChange`.
 */
export class NearestConfigs {
  private readonly byFolder = new Map<string, InForce | null>();
  private readonly reading = new Map<string, { epoch: number; done: Promise<void> }>();
  private epoch = 0;

  constructor(
    private readonly context: Pick<
      ServerContext,
      'readText' | 'documents' | 'env' | 'workspaceFolders' | 'settings'
    >,
    private readonly onChange: () => void,
  ) {}

  of(uri: string): InForce | null {
    const { scheme, fsPath } = URI.parse(uri);
    return scheme === 'file' ? this.ofFile(fsPath) : null;
  }

  /** The same by path. */
  ofFile(file: string): InForce | null {
    const folder = path.dirname(file);
    const known = this.byFolder.get(folder);
    if (known === undefined) void this.read(folder);
    return known ?? null;
  }

  /** The same, once it has been looked for. */
  async load(uri: string): Promise<InForce | null> {
    const folder = folderOf(uri);
    if (folder === null) return null;
    if (!this.byFolder.has(folder)) await this.read(folder);
    return this.byFolder.get(folder) ?? null;
  }

  /** Configs may be other ones now. */
  forget(): void {
    this.epoch += 1;
    const folders = [...this.byFolder.keys()];
    for (const folder of folders) void this.read(folder);
  }

  private read(folder: string): Promise<void> {
    const known = this.reading.get(folder);
    if (known?.epoch === this.epoch) return known.done;
    const { epoch } = this;
    const done = this.readNow(folder, epoch);
    this.reading.set(folder, { epoch, done });
    return done;
  }

  private async readNow(folder: string, epoch: number): Promise<void> {
    const found = await this.find(folder);
    if (epoch !== this.epoch) return;
    const before = this.byFolder.get(folder);
    this.byFolder.set(folder, found);
    if (JSON.stringify(before ?? null) !== JSON.stringify(found)) this.onChange();
  }

  private async find(folder: string): Promise<InForce | null> {
    const chosen = await this.chosen(folder);
    if (chosen !== null) return this.parse(chosen);
    const stop = new Set(this.context.workspaceFolders());
    for (let at = folder; ; at = path.dirname(at)) {
      for (const name of NAMES) {
        const file = path.join(at, name);
        if (await isFile(file)) return this.parse(file);
      }
      if (stop.has(at) || path.dirname(at) === at) return null;
    }
  }

  /** What the settings name, from the workspace folder around it; null where that is no file. */
  private async chosen(folder: string): Promise<string | null> {
    const { workspaceFolders, settings } = this.context;
    const { config } = settings.current.trajectories;
    if (config === '') return null;
    const around = workspaceFolders().filter((root) => isInside(root, folder));
    for (const root of around) {
      const file = path.resolve(root, config);
      if (await isFile(file)) return file;
    }
    return null;
  }

  private async parse(file: string): Promise<InForce | null> {
    const { documents, readText, env } = this.context;
    const open = (name: string): string | undefined =>
      documents.get(URI.file(name).toString())?.getText();
    const { config } = await loadConfig({
      path: file,
      readText: (name) => open(name) ?? readText(name),
      env,
    });
    return config && { path: file, config };
  }
}

function folderOf(uri: string): string | null {
  const { scheme, fsPath } = URI.parse(uri);
  return scheme === 'file' ? path.dirname(fsPath) : null;
}

function isInside(root: string, folder: string): boolean {
  const way = path.relative(root, folder);
  return way !== '..' && !way.startsWith(`..${path.sep}`) && !path.isAbsolute(way);
}

async function isFile(name: string): Promise<boolean> {
  try {
    return (await stat(name)).isFile();
  } catch {
    return false;
  }
}
