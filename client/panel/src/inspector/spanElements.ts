/** The element of a span, where it is drawn. */
export function spanElement(element: HTMLElement, index: number): HTMLElement | null {
  return element.querySelector<HTMLElement>(`[data-span="${index}"]`);
}

/** The span that has the focus, or -1. */
export function focusedSpan(): number {
  const span = document.activeElement?.closest<HTMLElement>('[data-span]');
  return span === null || span === undefined ? -1 : Number(span.dataset['span']);
}

/** Marks where a text occurs in a span, without changing the document. */
export function markMatch(span: HTMLElement, text: string): void {
  const node = span.querySelector('.text')?.firstChild;
  const at = node?.textContent?.toLowerCase().indexOf(text.toLowerCase()) ?? -1;
  if (!(node instanceof Text) || at < 0) return;
  const range = new Range();
  range.setStart(node, at);
  range.setEnd(node, at + text.length);
  CSS.highlights.set('match', new Highlight(range));
  range.startContainer.parentElement?.scrollIntoView({ block: 'nearest' });
}
