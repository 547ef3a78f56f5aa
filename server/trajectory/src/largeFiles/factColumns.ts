import { NO_FACTS, type Facts } from '@deepcoder/vocabulary';

/** Characters of tasks that are kept of a file; what comes behind them has none. */
const MOST_CHARACTERS = 16 << 20;

const NUMBERS = ['score', 'durationMs', 'tokens'] as const;

/** What the log says of each row, in columns: a file has a quarter of a million. */
export class FactColumns {
  private readonly numbers: Record<(typeof NUMBERS)[number], Float64Array>;
  private readonly tasks: (string | null)[] = [];
  private readonly models = new Words();
  private readonly statuses = new Words();
  private characters = 0;

  constructor(capacity: number) {
    this.numbers = {
      score: empty(capacity),
      durationMs: empty(capacity),
      tokens: empty(capacity),
    };
  }

  set(row: number, { task, model, status, ...rest }: Facts): void {
    for (const name of NUMBERS) {
      if (row >= this.numbers[name].length) this.numbers[name] = grown(this.numbers[name], row);
      this.numbers[name][row] = rest[name] ?? Number.NaN;
    }
    this.models.set(row, model);
    this.statuses.set(row, status);
    const known = this.tasks[row] ?? null;
    const added = (task?.length ?? 0) - (known?.length ?? 0);
    if (this.characters + added > MOST_CHARACTERS) return;
    this.characters += added;
    while (this.tasks.length < row) this.tasks.push(null);
    this.tasks[row] = task;
  }

  at(row: number): Facts {
    const number = (name: (typeof NUMBERS)[number]): number | null => {
      const value = this.numbers[name][row] ?? Number.NaN;
      return Number.isNaN(value) ? null : value;
    };
    return {
      ...NO_FACTS,
      task: this.tasks[row] ?? null,
      model: this.models.at(row),
      status: this.statuses.at(row),
      score: number('score'),
      durationMs: number('durationMs'),
      tokens: number('tokens'),
    };
  }
}

function empty(length: number): Float64Array {
  return new Float64Array(length).fill(Number.NaN);
}

function grown(column: Float64Array, row: number): Float64Array {
  const larger = empty(Math.max(2 * column.length, row + 1));
  larger.set(column);
  return larger;
}

/** A column of few words, each of which is kept once. */
class Words {
  private readonly words: string[] = [];
  private readonly codes = new Map<string, number>();
  private readonly rows: number[] = [];

  set(row: number, word: string | null): void {
    while (this.rows.length < row) this.rows.push(-1);
    this.rows[row] = word === null ? -1 : this.codeOf(word);
  }

  at(row: number): string | null {
    return this.words[this.rows[row] ?? -1] ?? null;
  }

  private codeOf(word: string): number {
    const known = this.codes.get(word);
    if (known !== undefined) return known;
    this.words.push(word);
    this.codes.set(word, this.words.length - 1);
    return this.words.length - 1;
  }
}
