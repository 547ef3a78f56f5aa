import { html } from '../page/elements.ts';

/**
 * Draws what `more` makes, a batch at a time, as the end of what is drawn comes near; null: that was all. What is
 * returned draws the next batch at once; whether there was one.
 */
export function drawInBatches(
  body: HTMLElement,
  more: () => readonly Node[] | null,
): () => boolean {
  const end = html('div', { class: 'end' });
  body.append(end);
  const observer = new IntersectionObserver(
    (entries) => {
      if (entries.some(({ isIntersecting }) => isIntersecting)) draw();
    },
    { rootMargin: '1500px' },
  );
  const draw = () => {
    const made = more();
    if (made === null) {
      observer.disconnect();
      end.remove();
      return false;
    }
    const batch = document.createDocumentFragment();
    for (const node of made) batch.append(node);
    end.before(batch);
    // An end that stays near is told of anew.
    observer.unobserve(end);
    observer.observe(end);
    return true;
  };
  draw();
  return draw;
}
