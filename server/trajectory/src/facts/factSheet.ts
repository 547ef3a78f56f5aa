import type { Facts } from '@deepcoder/vocabulary';
import type { JsonNode } from '../json/jsonTree.ts';

/** Longer ones are cut. */
const MOST_OF_TASK = 120;
const MOST_OF_WORD = 60;

/**
 * What has been read so far of what a log says about one record. The first word of a fact counts, and a total that
 * the log states counts more than the sum of its parts.
 */
export class FactSheet {
  /** The values that were read last, so that none is counted twice. */
  record: JsonNode | null = null;
  event: JsonNode | null = null;
  private task: string | null = null;
  private model: string | null = null;
  private score: number | null = null;
  private status: string | null = null;
  private statedMs: number | null = null;
  private spentMs = 0;
  private readonly moments = new Stretch();
  /** Times without a zone: of these alone a length can be told. */
  private readonly localMoments = new Stretch();
  private statedTokens: number | null = null;
  private summedTokens = 0;
  private lastResponse: string | null = null;

  get hasTask(): boolean {
    return this.task !== null;
  }

  sayTask(task: string | null): void {
    if (task !== null) this.task ??= oneLine(task, MOST_OF_TASK);
  }

  sayModel(model: string | null): void {
    if (model !== null) this.model ??= oneLine(model, MOST_OF_WORD);
  }

  sayScore(score: number | null): void {
    if (score !== null && Number.isFinite(score)) this.score ??= score;
  }

  sayStatus(status: string | null): void {
    if (status !== null) this.status ??= oneLine(status, MOST_OF_WORD);
  }

  /** Of the whole. */
  sayDuration(ms: number | null): void {
    if (ms !== null && Number.isFinite(ms) && ms >= 0) this.statedMs ??= ms;
  }

  /** Of a part: they are added up where neither the whole is stated nor when it began and ended. */
  addDuration(ms: number | null): void {
    if (ms !== null && Number.isFinite(ms) && ms > 0) this.spentMs += ms;
  }

  /** Something happened then. */
  sayTime(moment: Moment | null): void {
    if (moment) (moment.isLocal ? this.localMoments : this.moments).add(moment.ms);
  }

  /** Of the whole; a log that counts on states it again and again. */
  sayTokens(tokens: number | null): void {
    // A log that does not count writes 0.
    if (tokens !== null && tokens > 0 && Number.isFinite(tokens))
      this.statedTokens = Math.max(this.statedTokens ?? 0, tokens);
  }

  /** Of one response, which may be written in several pieces. */
  addTokens(tokens: number | null, response: string | null): void {
    if (tokens === null || !Number.isFinite(tokens)) return;
    if (response !== null && response === this.lastResponse) return;
    this.lastResponse = response;
    this.summedTokens += tokens;
  }

  /** Adds what a later piece of the record says. */
  absorb(later: FactSheet): void {
    this.sayTask(later.task);
    this.sayModel(later.model);
    this.sayScore(later.score);
    this.sayStatus(later.status);
    this.sayDuration(later.statedMs);
    this.addDuration(later.spentMs);
    this.moments.join(later.moments);
    this.localMoments.join(later.localMoments);
    this.sayTokens(later.statedTokens);
    if (later.summedTokens > 0) this.addTokens(later.summedTokens, later.lastResponse);
  }

  get facts(): Facts {
    const { task, model, score, status } = this;
    const lastedMs = this.moments.lengthMs ?? this.localMoments.lengthMs;
    const durationMs = this.statedMs ?? lastedMs ?? (this.spentMs > 0 ? this.spentMs : null);
    const tokens = this.statedTokens ?? (this.summedTokens > 0 ? this.summedTokens : null);
    return { task, model, score, status, durationMs, tokens };
  }
}

/** `isLocal`: the log does not say in which zone, so that it can be compared with its like alone. */
export interface Moment {
  ms: number;
  isLocal: boolean;
}

/** From the first of some moments to the last. */
class Stretch {
  private first = Number.POSITIVE_INFINITY;
  private last = Number.NEGATIVE_INFINITY;

  get lengthMs(): number | null {
    return this.last > this.first ? this.last - this.first : null;
  }

  add(ms: number): void {
    this.first = Math.min(this.first, ms);
    this.last = Math.max(this.last, ms);
  }

  join({ first, last }: Stretch): void {
    if (first > last) return;
    this.add(first);
    this.add(last);
  }
}

/** Null for a blank one. */
function oneLine(text: string, most: number): string | null {
  // Much more is never shown, and need not be looked through.
  const line = text
    .slice(0, 4 * most)
    .trim()
    .replaceAll(/\s+/g, ' ');
  if (line === '') return null;
  return line.length > most ? `${line.slice(0, most - 2).trimEnd()} …` : line;
}

/** Where a builder's readers write what the log says; one sheet for all that is read, or one a trajectory. */
export interface FactSheets {
  readonly sheet: FactSheet;
  /** A trajectory begins. */
  begin: () => void;
}

/** A sheet for each trajectory, in their order. */
export class SheetsOfTrajectories implements FactSheets {
  readonly sheets: FactSheet[] = [];
  private before: FactSheet | null = new FactSheet();

  get sheet(): FactSheet {
    return this.before ?? this.sheets.at(-1)!;
  }

  begin(): void {
    this.before = null;
    this.sheets.push(new FactSheet());
  }
}
