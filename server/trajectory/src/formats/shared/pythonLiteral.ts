/** Where the Python literal at `start` ends: a string, something in brackets, or a plain value. */
export function pythonLiteralEnd(text: string, start: number): number {
  let depth = 0;
  let at = start;
  while (at < text.length) {
    const char = text[at]!;
    if (char === '"' || char === "'") at = quoteEnd(text, at);
    else {
      if (depth === 0 && (isClosing(char) || char === ',' || char === '\n')) return at;
      if (char === '{' || char === '[' || char === '(') depth += 1;
      if (isClosing(char)) depth -= 1;
      at += 1;
    }
    if (depth === 0 && /["'}\])]/.test(text[at - 1]!)) return at;
  }
  return text.length;
}

function isClosing(char: string): boolean {
  return char === '}' || char === ']' || char === ')';
}

function quoteEnd(text: string, start: number): number {
  const quote = text[start]!;
  for (let at = start + 1; at < text.length; at += 1) {
    if (text[at] === '\\') at += 1;
    else if (text[at] === quote) return at + 1;
  }
  return text.length;
}
