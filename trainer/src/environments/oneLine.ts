/**
 * A text as one line, as ReAct wants it. Breaks become " ; ", since spaces would join the items of a list:
 * "chicken wing" and "red apple" to "chicken wing red apple".
 */
export function oneLine(text: string): string {
  const lines = text.split(/\r\n|[\n\r\u2028\u2029]/).map((line) => line.trim());
  return lines
    .filter((line) => line !== '')
    .join(' ; ')
    .replace(/\s+/g, ' ');
}
