import { exchangeOf } from '@deepcoder/trajectory';
import type { Location, LocationLink, Position } from 'vscode-languageserver';
import { offsetIn, rangeIn, sectionAt, spanAt } from '../document/section.ts';
import type { TrackedDocument } from '../document/trackedDocument.ts';

/** From a result to its call, from a call to its result. */
export function definition(document: TrackedDocument, position: Position): LocationLink[] | null {
  const found = exchangeAt(document, position);
  if (!found) return null;
  const { section, exchange, index } = found;
  const targets = exchange.call.includes(index) ? exchange.result : exchange.call;
  const origin = rangeIn(section, section.parsed.spans[index]!);
  return targets.slice(0, 1).map((target) => {
    const range = rangeIn(section, section.parsed.spans[target]!);
    return {
      originSelectionRange: origin,
      targetUri: document.uri,
      targetRange: range,
      targetSelectionRange: range,
    };
  });
}

/** The call and all parts of its result. */
export function references(document: TrackedDocument, position: Position): Location[] | null {
  const found = exchangeAt(document, position);
  if (!found) return null;
  const { section, exchange } = found;
  return [...exchange.call, ...exchange.result].map((span) => ({
    uri: document.uri,
    range: rangeIn(section, section.parsed.spans[span]!),
  }));
}

function exchangeAt(document: TrackedDocument, position: Position) {
  const section = sectionAt(document, document.offsetAt(position), { near: true });
  if (!section) return null;
  const index = spanAt(section, offsetIn(section, position));
  const exchange = index < 0 ? null : exchangeOf(section.parsed, index);
  return exchange && { section, exchange, index };
}
