const ESCAPE = String.fromCharCode(27);
const CODE = new RegExp(`${ESCAPE}\\[([0-9;]*)m`, 'g');

const NAMES = ['black', 'red', 'green', 'yellow', 'blue', 'magenta', 'cyan', 'white'];

/** Console text with its colour codes as words: `⟨red⟩ ... ⟨/⟩`. */
export function plainColours(text: string): string {
  return text.replace(CODE, (_, codes: string) => {
    const words = codes.split(';').flatMap((part) => wordOf(Number(part || 0)));
    return words.length === 0 ? '' : `⟨${words.join(' ')}⟩`;
  });
}

function wordOf(code: number): string[] {
  if (code === 0) return ['/'];
  if (code === 1) return ['bold'];
  if (code >= 30 && code <= 37) return [NAMES[code - 30]!];
  if (code >= 90 && code <= 97) return [`bright ${NAMES[code - 90]!}`];
  return [];
}
