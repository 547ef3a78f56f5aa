const COLOUR_CODES = /\u001b\[[0-9;?]*[ -/]*[@-~]/g;

/** Longer than this, JSON is shown as it is: indenting it would take longer than reading it. */
const MAX_JSON = 200_000;

/** A decoded text for reading: terminal codes left out, JSON on several lines. */
export function displayText(text: string): string {
  const plain = text.replace(COLOUR_CODES, '');
  const trimmed = plain.trim();
  if (!/^[{[]/.test(trimmed) || trimmed.length > MAX_JSON) return plain;
  try {
    return JSON.stringify(JSON.parse(trimmed), null, 2);
  } catch {
    // It only begins like JSON.
    return plain;
  }
}
