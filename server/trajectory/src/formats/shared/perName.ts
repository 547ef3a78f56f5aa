/** A file may name each of its records. */
const MOST_NAMES = 1000;

/** A function of a name whose results are kept, since records have the same few names again and again. */
export function perName<Result>(compute: (name: string) => Result): (name: string) => Result {
  const known = new Map<string, Result>();
  return (name) => {
    const found = known.get(name);
    if (found !== undefined) return found;
    if (known.size >= MOST_NAMES) known.clear();
    const result = compute(name);
    known.set(name, result);
    return result;
  };
}
