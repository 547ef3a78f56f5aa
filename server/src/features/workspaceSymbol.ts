import { readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import { glob } from 'tinyglobby';
import {
  SymbolKind,
  type CancellationToken,
  type Range,
  type WorkspaceSymbol,
} from 'vscode-languageserver';
import { URI } from 'vscode-uri';
import { TrackedDocument } from '../trackedDocument.ts';
import { preview, trajectoriesOf } from './outline.ts';
import { rangeIn, sections } from './section.ts';

const PATTERNS = ['**/*.{jsonl,traj,react}', '**/*.traj.{json,jsonl,txt}', '**/*.eval.json'];
const IGNORED = [
  '**/node_modules/**',
  '**/.git/**',
  '**/dist/**',
  '**/.deepcoder/**',
  '**/runs/**',
];
const MOST_FILES = 2000;
/** Larger files are for the inspector and its search. */
const MOST_BYTES = 20_000_000;
const MOST_SYMBOLS = 500;

interface Entry {
  name: string;
  task: string;
  range: Range;
}

/** Trajectories by record id and task text. Files are read when first asked for, and again when they change. */
export class WorkspaceSymbols {
  private readonly files = new Map<string, { mtimeMs: number; entries: Entry[] }>();

  constructor(private readonly folders: () => readonly string[]) {}

  async find(query: string, token: CancellationToken): Promise<WorkspaceSymbol[] | null> {
    const symbols: WorkspaceSymbol[] = [];
    for (const folder of this.folders()) {
      const names = await glob(PATTERNS, { cwd: folder, ignore: IGNORED, absolute: true });
      for (const file of names.sort().slice(0, MOST_FILES)) {
        if (token.isCancellationRequested) return null;
        const uri = URI.file(file).toString();
        for (const { name, task, range } of await this.entries(file)) {
          if (!isLike(query, name) && !task.toLowerCase().includes(query.toLowerCase())) continue;
          symbols.push({
            name: name === '' ? task : name,
            containerName: name === '' ? path.basename(file) : `${path.basename(file)}: ${task}`,
            kind: SymbolKind.Module,
            location: { uri, range },
          });
          if (symbols.length === MOST_SYMBOLS) return symbols;
        }
      }
    }
    return symbols;
  }

  private async entries(file: string): Promise<Entry[]> {
    try {
      const { mtimeMs, size } = await stat(file);
      const known = this.files.get(file);
      if (known?.mtimeMs === mtimeMs) return known.entries;
      const entries = size > MOST_BYTES ? [] : entriesOf(file, await readFile(file, 'utf8'));
      this.files.set(file, { mtimeMs, entries });
      return entries;
    } catch {
      return [];
    }
  }
}

function entriesOf(file: string, text: string): Entry[] {
  const opened = { version: 0, text };
  const document = new TrackedDocument(URI.file(file).toString(), '', opened, { fileName: file });
  const entries: Entry[] = [];
  for (const section of sections(document)) {
    for (const one of trajectoriesOf(section)) {
      const { spans } = section.parsed;
      const first = one.spans.find((i) => spans[i]!.kind === 'task');
      const task = first === undefined ? '' : preview(section, first, 200);
      const range = rangeIn(section, { start: one.start, end: one.start });
      entries.push({ name: one.id ?? '', task, range });
    }
  }
  return entries;
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
