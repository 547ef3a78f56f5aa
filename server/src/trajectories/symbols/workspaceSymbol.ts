import { open, stat } from 'node:fs/promises';
import path from 'node:path';
import { NOT_A_TRAJECTORY, parse, type ParseOptions } from '@deepcoder/trajectory';
import { SymbolKind, type CancellationToken, type WorkspaceSymbol } from 'vscode-languageserver';
import { URI } from 'vscode-uri';
import { readPartTexts } from '../../largeFiles/openFile.ts';
import { breathe } from '../../lsp/breathe.ts';
import { cancelSignal } from '../../lsp/cancelSignal.ts';
import { NO_FORMAT } from '../formats/formats.ts';
import { LargeFileSymbols } from './largeFileSymbols.ts';
import { symbolEntries, type Pause, type SymbolEntry } from './symbolEntries.ts';

const PATTERNS = ['**/*.{jsonl,ndjson,traj,react}', '**/*.traj.{json,jsonl,txt}', '**/*.eval.json'];
/** May be anything: only a file whose beginning shows a trajectory is read. */
const DOUBTFUL = ['**/*.json'];
const IGNORED = [
  '**/node_modules/**',
  '**/.git/**',
  '**/dist/**',
  '**/.deepcoder/**',
  '**/runs/**',
  '**/*.spans.json',
];
const MOST_FILES = 2000;
const HEAD_BYTES = 1 << 16;
/** Larger files are read part by part along their index. */
const LARGE_BYTES = 20_000_000;
/** So long one request reads in large files; the next one goes on from there. */
const LARGE_MS = 2000;
const MOST_SYMBOLS = 500;

interface Known {
  mtimeMs: number;
  entries: readonly SymbolEntry[];
  large: LargeFileSymbols | null;
}

export interface SymbolPlaces {
  folders: () => readonly string[];
  /** How a file is to be read. */
  optionsOf: (file: string) => ParseOptions;
  now: () => number;
}

/** Trajectories by record id and task text. Files are read when first asked for, and again when they change. */
export class WorkspaceSymbols {
  private readonly files = new Map<string, Known>();

  constructor(private readonly places: SymbolPlaces) {}

  /** Files may be read otherwise by now. */
  forget(): void {
    this.files.clear();
  }

  async find(query: string, token: CancellationToken): Promise<WorkspaceSymbol[] | null> {
    const symbols: WorkspaceSymbol[] = [];
    const pause = breathe(token);
    const until = this.places.now() + LARGE_MS;
    for (const folder of this.places.folders()) {
      for (const file of await filesIn(folder, cancelSignal(token))) {
        if (await pause()) return null;
        const entries = await this.entries(file, { pause, until });
        if (!entries || (await pause())) return null;
        for (const entry of entries) {
          if (!isWanted(entry, query)) continue;
          symbols.push(symbolOf(entry, file));
          if (symbols.length === MOST_SYMBOLS) return symbols;
        }
      }
    }
    return symbols;
  }

  /** Null where the client has let go. */
  private async entries(
    file: string,
    { pause, until }: { pause: Pause; until: number },
  ): Promise<readonly SymbolEntry[] | null> {
    try {
      const { mtimeMs, size } = await stat(file);
      let known = this.files.get(file);
      if (known?.mtimeMs !== mtimeMs) {
        const options = this.places.optionsOf(file);
        const large = size > LARGE_BYTES ? new LargeFileSymbols(file, options) : null;
        const entries = large ? large.entries : await smallEntries(file, options, pause);
        if (!entries) return null;
        known = { mtimeMs, entries, large };
        this.files.set(file, known);
      }
      await known.large?.readOn(async () => (await pause()) || this.places.now() > until);
      return known.entries;
    } catch {
      // Gone meanwhile, or not to be read.
      return [];
    }
  }
}

/** Those whose names tell that they are trajectories before those that may be anything. */
async function filesIn(folder: string, signal: AbortSignal): Promise<string[]> {
  // Not before it is asked for: it would take a tenth of the server's start.
  const { glob } = await import('tinyglobby');
  const options = { cwd: folder, ignore: IGNORED, absolute: true, signal };
  const named = (await glob(PATTERNS, options)).sort().slice(0, MOST_FILES);
  const doubtful = (await glob(DOUBTFUL, options)).sort().slice(0, MOST_FILES);
  return [...new Set([...named, ...doubtful])];
}

async function smallEntries(
  file: string,
  options: ParseOptions,
  pause: Pause,
): Promise<SymbolEntry[] | null> {
  if (options.format === NO_FORMAT) return [];
  if (
    options.format === undefined &&
    isDoubtful(file) &&
    parse(await headOf(file), options).format === NOT_A_TRAJECTORY
  )
    return [];
  const texts = (await readPartTexts(file, LARGE_BYTES)) ?? [];
  const own = texts.find(({ name }) => name === null);
  return own ? symbolEntries(own.text, { file, options }, pause) : [];
}

function isDoubtful(file: string): boolean {
  return file.endsWith('.json') && !/\.(?:traj|eval)\.json$/.test(file);
}

async function headOf(file: string): Promise<string> {
  const handle = await open(file, 'r');
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(HEAD_BYTES), 0, HEAD_BYTES, 0);
    return buffer.toString('utf8', 0, bytesRead);
  } finally {
    await handle.close();
  }
}

function symbolOf({ name, task, range }: SymbolEntry, file: string): WorkspaceSymbol {
  const base = path.basename(file);
  return {
    name: name === '' ? task : name,
    containerName: name === '' ? base : `${base}: ${task}`,
    kind: SymbolKind.Module,
    location: { uri: URI.file(file).toString(), range },
  };
}

function isWanted({ name, task }: SymbolEntry, query: string): boolean {
  return isLike(query, name) || task.toLowerCase().includes(query.toLowerCase());
}

/** The letters of the query in order, as VS Code filters what it is given once more. */
function isLike(query: string, text: string): boolean {
  const wanted = query.toLowerCase();
  const within = text.toLowerCase();
  if (wanted === '' || within.includes(wanted)) return true;
  let at = 0;
  for (const letter of wanted.replace(/\s+/g, '')) {
    at = within.indexOf(letter, at) + 1;
    if (at === 0) return false;
  }
  return true;
}
