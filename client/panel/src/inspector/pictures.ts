import type { EmbeddedPicture, InspectorRecord } from '../inspectorMessages.ts';
import { t } from '../l10n.ts';
import { html } from '../page/elements.ts';
import { whyNot } from './ask.ts';
import { openLightbox } from './lightbox.ts';
import type { SpanContext } from './spanContext.ts';

/** The pictures of a span: files that it names, such as the record itself holds, and a word for the others. */
export function pictures(index: number, { record, loadRaw }: SpanContext): HTMLElement[] {
  const isHere = ({ span }: { span: number }) => span === index;
  return [
    ...record.images.filter(isHere).map(({ path, uri, alt }) => figure(path, uri, alt)),
    ...record.embedded.filter(isHere).map((picture) => embedded(picture, loadRaw)),
    ...record.unseen.filter(isHere).map(unseen),
  ];
}

function figure(caption: string, src: string, alt: string | null): HTMLElement {
  const image = html('img', { src, alt: alt ?? caption, loading: 'lazy' });
  const button = html(
    'button',
    { type: 'button', class: 'picture', 'aria-label': t('Enlarge {0}', alt ?? caption) },
    image,
  );
  button.addEventListener('click', () => openLightbox(image));
  return html('figure', {}, button, html('figcaption', {}, caption));
}

function embedded(
  { from, length, type, alt }: EmbeddedPicture,
  loadRaw: SpanContext['loadRaw'],
): HTMLElement {
  const kilobytes = Math.ceil((length * 3) / 4 / 1000);
  const format = type.replace('image/', '').toUpperCase();
  const caption = t('Picture in the record, {0}, {1} kB', format, kilobytes);
  const made = html('figure', {}, html('figcaption', {}, caption));
  loadRaw(from, length).then(
    (text) => {
      const src = `data:${type};base64,${text.replaceAll('\\', '')}`;
      made.replaceWith(figure(caption, src, alt));
    },
    (error: unknown) => made.append(html('p', { class: 'problem' }, whyNot(error))),
  );
  return made;
}

function unseen({ address, isRemote }: InspectorRecord['unseen'][number]): HTMLElement {
  const said = isRemote
    ? t('Picture at {0}; it is not fetched', address)
    : t('Picture {0}, which is not there', address);
  return html('p', { class: 'unseen' }, said);
}
