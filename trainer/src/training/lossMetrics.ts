import { TOKEN_KINDS, TRAINED_KINDS, type TrainedKind } from '@deepcoder/vocabulary';
import type { Targets } from '../data/types.ts';
import { LOSS_COLUMNS, type LossColumn } from '../losses/distillationLoss.ts';

/** What is told per kind, by metric name, and the column it is the mean of. */
const QUANTITIES: Readonly<Record<string, LossColumn>> = {
  divergence: 'divergence',
  cross_entropy: 'crossEntropy',
  token_accuracy: 'correct',
  teacher_agreement: 'agreement',
  student_entropy: 'studentEntropy',
  teacher_entropy: 'teacherEntropy',
  teacher_mass: 'teacherMass',
};
/** Without a teacher these say nothing. */
const OF_TEACHER = new Set(['divergence', 'teacher_agreement', 'teacher_entropy', 'teacher_mass']);

const SUMMED = ['all', ...TRAINED_KINDS] as const;

export interface LossMetricsOptions {
  hasTeacher: boolean;
}

/** Sums loss columns over batches, per kind and over all supervised tokens. */
export class LossMetrics {
  private readonly sums = new Map<'all' | TrainedKind, Sums>();
  private readonly options: LossMetricsOptions;
  private weighted = 0;
  private weights = 0;

  constructor(options: LossMetricsOptions) {
    this.options = options;
  }

  /** @param weights those that the columns were computed with */
  add(columns: Float32Array, targets: Targets, weights: Float32Array): void {
    const width = LOSS_COLUMNS.length;
    for (let slot = 0; slot < targets.count; slot++) {
      const row = columns.subarray(slot * width, (slot + 1) * width);
      const kind = TOKEN_KINDS[targets.kind[slot]!] as TrainedKind;
      this.addRow('all', row);
      this.addRow(kind, row);
      this.weighted += row[0]!;
      this.weights += weights[slot]!;
    }
  }

  /** All that is summed, for `take`; sums of several ranks are the sums of these. */
  numbers(): number[] {
    const perKind = SUMMED.flatMap((kind) => {
      const { count, columns } = this.sums.get(kind) ?? emptySums();
      return [count, ...LOSS_COLUMNS.map((column) => columns[column])];
    });
    return [...perKind, this.weighted, this.weights];
  }

  /** Goes on from such numbers. */
  take(numbers: readonly number[]): void {
    const width = LOSS_COLUMNS.length + 1;
    this.sums.clear();
    SUMMED.forEach((kind, at) => {
      const [count = 0, ...columns] = numbers.slice(at * width, (at + 1) * width);
      if (count === 0) return;
      const sums = { count, columns: emptySums().columns };
      LOSS_COLUMNS.forEach((column, i) => (sums.columns[column] = columns[i]!));
      this.sums.set(kind, sums);
    });
    [this.weighted = 0, this.weights = 0] = numbers.slice(SUMMED.length * width);
  }

  /** Metrics by name, `<phase>/<quantity>[/<kind>]`. */
  values(phase: 'train' | 'eval' | 'rollout'): Record<string, number> {
    const values: Record<string, number> = {};
    for (const [kind, sums] of this.sums) {
      const end = kind === 'all' ? '' : `/${kind}`;
      values[`${phase}/tokens${end}`] = sums.count;
      values[`${phase}/loss${end}`] = kind === 'all' ? this.loss() : sums.columns.loss / sums.count;
      for (const [quantity, column] of Object.entries(QUANTITIES)) {
        if (!this.options.hasTeacher && OF_TEACHER.has(quantity)) continue;
        values[`${phase}/${quantity}${end}`] = sums.columns[column] / sums.count;
      }
    }
    return values;
  }

  /** Mean loss of each kind. */
  lossPerKind(): Partial<Record<TrainedKind, number>> {
    const entries = [...this.sums].filter(([kind]) => kind !== 'all');
    return Object.fromEntries(
      entries.map(([kind, { columns, count }]) => [kind, columns.loss / count]),
    );
  }

  /** sum w L / sum w: what is minimised. */
  loss(): number {
    return this.weights === 0 ? 0 : this.weighted / this.weights;
  }

  private addRow(kind: 'all' | TrainedKind, row: Float32Array): void {
    const sums = this.sums.get(kind) ?? emptySums();
    this.sums.set(kind, sums);
    sums.count++;
    LOSS_COLUMNS.forEach((column, index) => (sums.columns[column] += row[index]!));
  }
}

interface Sums {
  count: number;
  columns: Record<LossColumn, number>;
}

function emptySums(): Sums {
  const columns = Object.fromEntries(LOSS_COLUMNS.map((column) => [column, 0]));
  return { count: 0, columns: columns as Record<LossColumn, number> };
}
