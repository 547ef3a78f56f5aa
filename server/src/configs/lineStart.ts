/** Where the line of an offset begins. At 0 `lastIndexOf` would look at the first character all the same. */
export function lineStartAt(text: string, offset: number): number {
  return offset <= 0 ? 0 : text.lastIndexOf('\n', offset - 1) + 1;
}
