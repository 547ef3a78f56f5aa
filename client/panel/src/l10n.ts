const texts = pageTexts();

/**
 * A text in the reader's language, with `{0}`, `{1}` and so on replaced by what is given for them. Where
 * the page carries no other text for it, and where there is no page, it is the text itself.
 */
export function t(text: string, ...args: (string | number)[]): string {
  return (texts.get(text) ?? text).replaceAll(/\{(\d+)\}/g, (place, index) =>
    String(args[Number(index)] ?? place),
  );
}

/** The texts that the page's element `texts` holds as JSON, an object from English to the reader's language. */
function pageTexts(): ReadonlyMap<string, string> {
  const element = (globalThis as Scope).document?.getElementById('texts');
  try {
    const entries = Object.entries(JSON.parse(element?.textContent ?? '{}') as object);
    return new Map(entries.filter(([, text]) => typeof text === 'string'));
  } catch {
    // A page in English is better than none.
    return new Map();
  }
}

/** A global scope, as far as it is used: workers and Node have no document. */
interface Scope {
  document?: { getElementById(id: string): { textContent: string | null } | null };
}
