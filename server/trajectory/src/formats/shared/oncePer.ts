/** A function whose result is kept beside what it is of, since many formats ask the same of one probe. */
export function oncePer<Of extends object, Result>(
  compute: (of: Of) => Result,
): (of: Of) => Result {
  const known = new WeakMap<Of, { result: Result }>();
  return (of) => {
    let found = known.get(of);
    if (!found) {
      found = { result: compute(of) };
      known.set(of, found);
    }
    return found.result;
  };
}
