import { stretches, stretchText, writeAnnotations } from '@deepcoder/trajectory';
import type { ServiceInput, ServiceResult } from '@deepcoder/trainer-protocol';
import { URI } from 'vscode-uri';
import { type Problem, type Range as Offsets, UNKNOWN_SHARE_TO_WARN } from '@deepcoder/vocabulary';
import type { TrainerService } from '../../trainerService/trainerService.ts';
import type { InForce } from '../configInForce/nearestConfig.ts';
import { sectionAt, type Section } from '../document/section.ts';
import type { TrackedDocument } from '../document/trackedDocument.ts';

export type Counts = ServiceResult<'tokenCounts'>;

/** What was found out about a section's text. */
interface Entry {
  counts: Counts | null;
  /** What `max_length` cuts off, by offsets in the section. */
  cuts: readonly Offsets[];
}

interface Wanted {
  document: TrackedDocument;
  section: Section;
  key: string;
  inForce: InForce;
}

/** Sections that are remembered; texts longer than `LONGEST` are not counted unasked. */
const KEPT = 2000;
const LONGEST = 2_000_000;
/** How long nothing is asked after the service could not answer, and how often those who show it are told. */
const PAUSE_MS = 10_000;
const TELL_MS = 200;

/**
 * Tokens of sections, by text. Nothing waits for them: `of` gives what is known, asks for the rest one
 * after the other, the last wanted first, and `onChange` says when there is more.
 */
export class TokenCounts {
  private readonly entries = new Map<string, Entry>();
  private readonly failures = new Map<string, { code: string; message: string }>();
  private wanted: Wanted[] = [];
  /** Configs whose models and tokenizer were asked about. */
  private readonly fitted = new Set<string>();
  /** Grows with each `clear`: what was asked before speaks of other configs. */
  private epoch = 0;
  private running = false;
  private hasCuts = false;
  private pausedUntil = 0;

  constructor(
    private readonly options: {
      service: Pick<TrainerService, 'ask'>;
      configOf: (uri: string) => InForce | null;
      cwdOf: (config: string) => string;
      now: () => number;
      onChange: () => void;
    },
  ) {}

  of(document: TrackedDocument, section: Section): Counts | null {
    const { configOf, now } = this.options;
    const inForce = configOf(document.uri);
    if (!inForce || section.isPart || section.text.length > LONGEST) return null;
    const key = keyOf(inForce, document, section);
    const known = this.entries.get(key);
    if (known) return known.counts;
    if (now() < this.pausedUntil || this.wanted.some((one) => one.key === key)) return null;
    this.wanted.push({ document, section, key, inForce });
    if (this.wanted.length > KEPT) this.wanted.shift();
    void this.run();
    return null;
  }

  /** What is known to be cut off, by offsets in the document. */
  cutsOf(document: TrackedDocument): Offsets[] {
    const inForce = this.hasCuts ? this.options.configOf(document.uri) : null;
    const file = inForce && document.readFile();
    if (!file) return [];
    return [...stretches(file, 'trajectory')].flatMap((stretch) => {
      const { start } = stretch;
      const key = keyOf(inForce, document, { start, text: stretchText(stretch) });
      const { cuts = [] } = this.entries.get(key) ?? {};
      return cuts.map(({ start, end }) => ({
        start: start + stretch.start,
        end: end + stretch.start,
      }));
    });
  }

  /** Why the config in force lets nothing be counted. */
  failure(document: TrackedDocument): Problem | null {
    const inForce = this.options.configOf(document.uri);
    const failure = inForce && this.failures.get(inForce.path);
    return failure ? { ...failure, severity: 'warning', start: 0, end: 0 } : null;
  }

  clear(): void {
    this.entries.clear();
    this.failures.clear();
    this.fitted.clear();
    this.epoch += 1;
    this.wanted = [];
    this.hasCuts = false;
    this.pausedUntil = 0;
  }

  private async run(): Promise<void> {
    if (this.running) return;
    this.running = true;
    let told = this.options.now();
    for (let next = this.wanted.pop(); next; next = this.wanted.pop()) {
      // Its text may have been edited away while it waited.
      const now = sectionAt(next.document, next.section.start);
      if (now?.text !== next.section.text) continue;
      await this.ask(next);
      await this.fit(next.inForce);
      if (this.options.now() - told < TELL_MS) continue;
      told = this.options.now();
      this.options.onChange();
    }
    this.running = false;
    this.options.onChange();
  }

  private async ask({ key, document, section, inForce }: Wanted): Promise<void> {
    const { service } = this.options;
    const params = this.params(document, section, inForce);
    const { epoch } = this;
    try {
      const counts = await service.ask('tokenCounts', params);
      const cuts: Offsets[] = [];
      for (const { traj, truncated } of counts.trajectories) {
        if (truncated === 0) continue;
        const { tokens } = await service.ask('tokenPreview', { ...params, traj });
        for (const one of cutRange(tokens)) cuts.push(one);
      }
      if (epoch !== this.epoch) return;
      this.hasCuts ||= cuts.length > 0;
      this.keep(key, { counts, cuts });
    } catch (error) {
      const { code = 'service/failed', message } = error as { code?: string; message: string };
      if (epoch !== this.epoch) return;
      if (!code.startsWith('service/')) this.failures.set(inForce.path, { code, message });
      // What no service was asked may be asked again.
      if (code !== 'service/none') this.keep(key, { counts: null, cuts: [] });
      this.pausedUntil = this.options.now() + PAUSE_MS;
    }
  }

  /** Tokens can be counted that mean something else to the config's student, or nothing. */
  private async fit({ path }: InForce): Promise<void> {
    if (this.fitted.has(path)) return;
    this.fitted.add(path);
    const { service, cwdOf } = this.options;
    const { epoch } = this;
    try {
      const { problems } = await service.ask('fit', { config: path, cwd: cwdOf(path) });
      const misfit = problems.find(({ code }) => code === 'tokenizer-misfit');
      if (misfit && epoch === this.epoch)
        this.failures.set(path, { code: misfit.code, message: misfit.message });
    } catch {
      // What keeps it from being asked is told where tokens are counted.
      if (epoch === this.epoch) this.fitted.delete(path);
    }
  }

  /** What the service is asked about a section of a document. */
  params(document: TrackedDocument, section: Part, { path }: InForce): ServiceInput<'tokenCounts'> {
    return {
      ...editedText(document, section),
      place: { config: path, cwd: this.options.cwdOf(path) },
    };
  }

  private keep(key: string, entry: Entry): void {
    this.entries.set(key, entry);
    if (this.entries.size <= KEPT) return;
    const [oldest] = this.entries.keys();
    this.entries.delete(oldest!);
  }
}

type Part = Pick<Section, 'start' | 'text'>;

/** A section as the service reads it: what a person has relabelled in it comes along. */
export function editedText(document: TrackedDocument, { start, text }: Part) {
  return {
    file: URI.parse(document.uri).fsPath,
    text,
    sidecar: writeAnnotations(document.annotationsIn(start, start + text.length)),
    format: document.readFile()!.verdict.format,
    rules: document.rules,
  };
}

function keyOf({ path }: InForce, document: TrackedDocument, part: Part): string {
  const { format, rules, sidecar, text } = editedText(document, part);
  return [path, format, JSON.stringify(rules), sidecar, text].join('\0');
}

function cutRange({ start, end, truncated }: ServiceResult<'tokenPreview'>['tokens']): Offsets[] {
  const cut = truncated.flatMap((one, i) => (one === 1 && end[i]! > start[i]! ? [i] : []));
  if (cut.length === 0) return [];
  return [
    {
      start: cut.map((i) => start[i]!).reduce((least, one) => Math.min(least, one), Infinity),
      end: cut.map((i) => end[i]!).reduce((most, one) => Math.max(most, one), -Infinity),
    },
  ];
}

/**
 * What the config in force makes of a section's trajectories, by what was counted. That it cannot be trained on is a
 * problem of its data alone: `isData`.
 */
export function countProblems({ parsed }: Section, counts: Counts, isData: boolean): Problem[] {
  const unknown = counts.trajectories.flatMap((one) => {
    const own = parsed.trajectories[one.traj];
    return own && isData ? unknownProblem(own, one) : [];
  });
  const rest = counts.trajectories.flatMap(({ traj, tokens, supervised, truncated, trouble }) => {
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
    if (trouble && trouble.code !== 'nothing-supervised') {
      return isData ? problem(trouble.code, trouble.message) : [];
    }
    const why = trouble === null ? '' : `: ${trouble.message}`;
    return supervised === 0
      ? problem('no-supervised-token', `No token of this trajectory is supervised${why}.`)
      : [];
  });
  return [...rest, ...unknown];
}

function unknownProblem(
  { start, end }: Offsets,
  { tokens, unknown }: Pick<Counts['trajectories'][number], 'tokens' | 'unknown'>,
): Problem[] {
  if (unknown <= UNKNOWN_SHARE_TO_WARN * tokens) return [];
  const message = `${unknownText({ tokens, unknown })}: the tokenizer of the config has no tokens for them. Take another one, or make one from the data (Make Tokenizer from Data) for a student from scratch.`;
  const at = { start, end: Math.min(end, start + 1) };
  return [{ code: 'unknown-tokens', message, severity: 'warning', ...at }];
}

/** The share of a trajectory's tokens that are unknown. */
export function unknownText({ tokens, unknown }: { tokens: number; unknown: number }): string {
  const percent = (100 * unknown) / tokens;
  return `${percent < 1 ? percent.toFixed(1) : Math.round(percent)} % of its tokens are unknown`;
}
