/**
 * Numbers that JavaScript would write otherwise (`1.0`, long ids) travel through the template as
 * strings between these two noncharacters; `restoreNumbers` takes them out of the rendered text.
 */
const NUMBER_OPEN = '\ufdd8';
const NUMBER_CLOSE = '\ufdd9';
const LITERAL = /"(?:[^"\\]|\\.)*"|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/g;
const WRAPPED = new RegExp(
  `(["']?)${NUMBER_OPEN}([^${NUMBER_OPEN}${NUMBER_CLOSE}]*)${NUMBER_CLOSE}\\1`,
  'g',
);

/** The arguments as a value, or null where they are no JSON object. */
export function argumentsValue(text: string): Record<string, unknown> | null {
  try {
    const value = exactJson(text);
    return isObject(value) ? value : null;
  } catch {
    return null;
  }
}

/** Parses JSON, keeping numbers restorable to their original spelling. Throws on invalid JSON. */
export function exactJson(text: string): unknown {
  return JSON.parse(
    text.replace(LITERAL, (literal) =>
      literal.startsWith('"') || String(Number(literal)) === literal
        ? literal
        : `"${NUMBER_OPEN}${literal}${NUMBER_CLOSE}"`,
    ),
  );
}

export function restoreNumbers(text: string): string {
  return text.includes(NUMBER_OPEN) ? text.replace(WRAPPED, '$2') : text;
}

/** Changes the outermost names and every text, but not the numbers that travel as texts. */
export function mapArguments(
  value: Record<string, unknown>,
  change: (text: string) => string,
): Record<string, unknown> {
  const visit = (child: unknown): unknown => {
    if (typeof child === 'string') return child.startsWith(NUMBER_OPEN) ? child : change(child);
    if (Array.isArray(child)) return child.map(visit);
    if (!isObject(child)) return child;
    return Object.fromEntries(Object.entries(child).map(([key, inner]) => [key, visit(inner)]));
  };
  return Object.fromEntries(
    Object.entries(value).map(([key, child]) => [change(key), visit(child)]),
  );
}

/** Whether two JSON texts say the same, however they are spaced and escaped. */
export function sameJson(a: string, b: string): boolean {
  const [left, right] = [argumentsValue(a), argumentsValue(b)];
  return left !== null && right !== null && stable(left) === stable(right);
}

function stable(value: unknown): string {
  return JSON.stringify(value, (_, child: unknown) =>
    isObject(child)
      ? Object.fromEntries(Object.entries(child).sort(([a], [b]) => (a < b ? -1 : 1)))
      : child,
  );
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
