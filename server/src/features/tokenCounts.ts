import type { Problem } from '@deepcoder/trajectory';
import type { ServiceInput, ServiceResult } from '@deepcoder/trainer-protocol';
import { URI } from 'vscode-uri';
import type { TrackedDocument } from '../trackedDocument.ts';
import type { InForce } from './nearestConfig.ts';
import { sectionAt, type Section } from './section.ts';

export type Counts = ServiceResult<'tokenCounts'>;

/** Asks the trainer's service; rejects where there is none or it cannot. */
export type CountTokens = (params: ServiceInput<'tokenCounts'>) => Promise<Counts>;

interface Entry {
  key: string;
  counts: Counts | null;
  failure: string | null;
}

interface Wanted {
  document: TrackedDocument;
  section: Section;
  key: string;
  params: ServiceInput<'tokenCounts'>;
}

/** Sections that were counted and are kept; texts longer than `LONGEST` are not counted unasked. */
const KEPT = 2000;
const LONGEST = 2_000_000;
/** After the service could not answer. */
const PAUSE_MS = 10_000;

/**
 * Tokens of sections, by text. Nothing waits for them: `of` gives what is known, asks for the rest one
 * after the other, the last wanted first, and `onChange` says when there is more.
 */
export class TokenCounts {
  private readonly entries = new Map<string, Entry>();
  private wanted: Wanted[] = [];
  private running = false;
  private pausedUntil = 0;

  constructor(
    private readonly options: {
      count: CountTokens;
      configOf: (uri: string) => InForce | null;
      cwdOf: (config: string) => string;
      now: () => number;
      onChange: () => void;
    },
  ) {}

  of(document: TrackedDocument, section: Section): Counts | null {
    const { configOf, now } = this.options;
    const inForce = configOf(document.uri);
    if (!inForce || section.text.length > LONGEST) return null;
    const key = `${inForce.path}\0${JSON.stringify(inForce.config.data)}\0${section.text}`;
    const known = this.entries.get(key);
    if (known) return known.counts;
    if (now() < this.pausedUntil || this.wanted.some((one) => one.key === key)) return null;
    this.wanted.push({ document, section, key, params: this.params(document, section, inForce) });
    if (this.wanted.length > KEPT) this.wanted.shift();
    void this.run();
    return null;
  }

  /** Why a section has no counts; null where it has or they are not there yet. */
  failure(document: TrackedDocument, section: Section): string | null {
    const inForce = this.options.configOf(document.uri);
    if (!inForce) return null;
    const key = `${inForce.path}\0${JSON.stringify(inForce.config.data)}\0${section.text}`;
    return this.entries.get(key)?.failure ?? null;
  }

  clear(): void {
    this.entries.clear();
    this.wanted = [];
    this.pausedUntil = 0;
  }

  private params(
    { uri, file }: TrackedDocument,
    { text }: Section,
    { path }: InForce,
  ): ServiceInput<'tokenCounts'> {
    return {
      file: URI.parse(uri).fsPath,
      text,
      format: file!.verdict.format,
      place: { config: path, cwd: this.options.cwdOf(path) },
    };
  }

  private async run(): Promise<void> {
    if (this.running) return;
    this.running = true;
    let since = this.options.now();
    for (let next = this.wanted.pop(); next; next = this.wanted.pop()) {
      // The text was edited away while it waited.
      const now = sectionAt(next.document, next.section.start);
      if (now?.text !== next.section.text) continue;
      await this.ask(next);
      if (this.options.now() - since < 200) continue;
      since = this.options.now();
      this.options.onChange();
    }
    this.running = false;
    this.options.onChange();
  }

  private async ask({ key, params }: Wanted): Promise<void> {
    try {
      this.keep({ key, counts: await this.options.count(params), failure: null });
    } catch (error) {
      const failure = error instanceof Error ? error.message : String(error);
      this.keep({ key, counts: null, failure });
      this.pausedUntil = this.options.now() + PAUSE_MS;
    }
  }

  private keep(entry: Entry): void {
    this.entries.set(entry.key, entry);
    if (this.entries.size <= KEPT) return;
    const [oldest] = this.entries.keys();
    this.entries.delete(oldest!);
  }
}

/** What the config in force makes of a section's trajectories, by what was counted. */
export function countProblems({ parsed }: Section, counts: Counts): Problem[] {
  return counts.trajectories.flatMap(({ traj, tokens, supervised, truncated, trouble }) => {
    const own = parsed.trajectories[traj];
    if (!own) return [];
    const at = { start: own.start, end: Math.min(own.end, own.start + 1) };
    const problem = (code: string, message: string): Problem[] => [
      { code, message, severity: 'warning', ...at },
    ];
    if (truncated > 0) {
      const message = `${tokens} tokens, of which max_length (${counts.maxLength}) cuts off ${truncated}.`;
      return problem('too-long', message);
    }
    if (trouble) return problem(trouble.code, trouble.message);
    return supervised === 0
      ? problem('no-supervised-token', 'No token of this trajectory is supervised.')
      : [];
  });
}
