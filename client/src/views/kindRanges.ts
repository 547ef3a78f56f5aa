interface KindRange {
  /** Place in `SPAN_KINDS`. */
  kind: number;
  line: number;
  start: number;
  end: number;
}

/** LSP's semantic tokens, five numbers each and relative to the one before, as ranges; neighbours of one kind are one. */
export function kindRanges(data: readonly number[]): KindRange[] {
  const ranges: KindRange[] = [];
  let line = 0;
  let start = 0;
  for (let i = 0; i + 4 < data.length; i += 5) {
    const [lines = 0, characters = 0, length = 0, kind = 0] = data.slice(i, i + 4);
    line += lines;
    start = lines === 0 ? start + characters : characters;
    const last = ranges.at(-1);
    if (last?.line === line && last.kind === kind && last.end === start) last.end = start + length;
    else ranges.push({ kind, line, start, end: start + length });
  }
  return ranges;
}
