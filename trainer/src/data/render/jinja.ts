import { Environment, Interpreter, parse, tokenize } from '@huggingface/jinja';

/** What a template may take: it comes with a checkpoint, and must not hold up who renders it. */
export interface JinjaLimits {
  /** For one rendering. */
  timeMs: number;
  /** In each text that it makes on its way (UTF-16 units), and in each list. */
  characters: number;
  items: number;
  now: () => number;
}

export const JINJA_LIMITS: JinjaLimits = {
  timeMs: 20_000,
  characters: 100_000_000,
  items: 1_000_000,
  now: () => performance.now(),
};

/** As in Jinja's own sandbox, in which transformers runs templates. */
const MOST_IN_RANGE = 100_000;

/** A template that takes more than it may; it would do so again. */
export class JinjaLimitError extends Error {
  override readonly name = 'JinjaLimitError';
}

/** Renders with these variables; throws what the template throws, and JinjaLimitError. */
export type JinjaTemplate = (variables: Record<string, unknown>) => string;

/** Compiles a template. Once it has gone beyond its limits it is not run again. */
export function jinjaTemplate(source: string, limits = JINJA_LIMITS): JinjaTemplate {
  const program = parse(tokenize(source, { lstrip_blocks: true, trim_blocks: true }));
  let exceeded: JinjaLimitError | null = null;
  return (variables) => {
    if (exceeded !== null) throw exceeded;
    const environment = new Environment();
    for (const [name, value] of Object.entries({ ...GLOBALS, ...variables }))
      environment.set(name, value);
    try {
      return new LimitedInterpreter(environment, limits).run(program).value as string;
    } catch (error) {
      if (error instanceof JinjaLimitError) exceeded = error;
      throw error;
    }
  };
}

const GLOBALS: Record<string, unknown> = {
  true: true,
  True: true,
  false: false,
  False: false,
  none: null,
  None: null,
  range,
  raise_exception: (message: string): never => {
    throw new Error(message);
  },
};

function range(first: number, second?: number, step = 1): number[] {
  const [start, stop] = second === undefined ? [0, first] : [first, second];
  if (step === 0) throw new Error('range() step must not be zero');
  const length = Math.max(0, Math.ceil((stop - start) / step));
  if (length > MOST_IN_RANGE)
    throw new JinjaLimitError(
      `it counts to ${String(length)}; ${String(MOST_IN_RANGE)} is the most`,
    );
  return Array.from({ length }, (_, i) => start + i * step);
}

class LimitedInterpreter extends Interpreter {
  private readonly until: number;

  constructor(
    environment: Environment,
    private readonly limits: JinjaLimits,
  ) {
    super(environment);
    this.until = limits.now() + limits.timeMs;
  }

  override evaluate(
    ...args: Parameters<Interpreter['evaluate']>
  ): ReturnType<Interpreter['evaluate']> {
    const { timeMs, characters, items, now } = this.limits;
    if (now() > this.until)
      throw new JinjaLimitError(`it does not end within ${String(timeMs / 1000)} s`);
    const result = super.evaluate(...args);
    const made: unknown = result.value;
    if (typeof made === 'string' && made.length > characters)
      throw new JinjaLimitError(`it makes a text of more than ${String(characters)} characters`);
    if (Array.isArray(made) && made.length > items)
      throw new JinjaLimitError(`it makes a list of more than ${String(items)} items`);
    return result;
  }
}
