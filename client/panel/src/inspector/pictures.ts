import type { EmbeddedPicture } from '../inspectorMessages.ts';
import { t } from '../l10n.ts';
import { html } from '../page/elements.ts';
import { whyNot } from './ask.ts';
import type { SpanContext } from './spanContext.ts';

/** The pictures of a span: files that it names, and such as the record itself holds. */
export function pictures(index: number, { record, loadRaw }: SpanContext): HTMLElement[] {
  const isHere = ({ span }: { span: number }) => span === index;
  return [
    ...record.images.filter(isHere).map(({ path, uri }) => figure(path, uri)),
    ...record.embedded.filter(isHere).map((picture) => embedded(picture, loadRaw)),
  ];
}

function figure(caption: string, src: string): HTMLElement {
  return html(
    'figure',
    {},
    html('img', { src, alt: caption, loading: 'lazy' }),
    html('figcaption', {}, caption),
  );
}

function embedded(
  { from, length, type }: EmbeddedPicture,
  loadRaw: SpanContext['loadRaw'],
): HTMLElement {
  const kilobytes = Math.ceil((length * 3) / 4 / 1000);
  const format = type.replace('image/', '').toUpperCase();
  const caption = t('Picture in the record, {0}, {1} kB', format, kilobytes);
  const made = html('figure', {}, html('figcaption', {}, caption));
  loadRaw(from, length).then(
    (text) => {
      const src = `data:${type};base64,${text.replaceAll('\\', '')}`;
      made.replaceWith(figure(caption, src));
    },
    (error: unknown) => made.append(html('p', { class: 'problem' }, whyNot(error))),
  );
  return made;
}
