import { exchangeOf, spanText, type Parsed, type Span } from '@deepcoder/trajectory';
import { MarkupKind, type Hover, type Position } from 'vscode-languageserver';
import { labelledStart, preview } from '../document/outline.ts';
import { offsetIn, rangeIn, sectionAt, spanAt, type Section } from '../document/section.ts';
import type { TrackedDocument } from '../document/trackedDocument.ts';
import { plainColours } from './plainColours.ts';
import { pictureLabel, pictureMarkdown } from './shownPicture.ts';

/**
 * What is known of a span from elsewhere: tokens, weight in the loss and why it has that, null where it is
 * not known (yet).
 */
export type SpanFacts = (
  section: Section,
  span: number,
) => {
  tokens: number | null;
  weight: number | null;
  why: string | null;
  /** The share of the record's tokens that are unknown; null where none is. */
  unknown: string | null;
};

const MOST_CHARACTERS = 4000;
const MOST_RAW = 1000;

/** What a span is, why, its decoded text, how much it counts, and its other half. */
export function hover(
  document: TrackedDocument,
  position: Position,
  facts: SpanFacts,
): Hover | null {
  const section = sectionAt(document, document.offsetAt(position), { near: true });
  if (!section) return null;
  const shown = pictureHover(document, section, offsetIn(section, position));
  if (shown) return shown;
  const index = spanAt(section, offsetIn(section, position));
  if (index < 0) return null;
  const { parsed } = section;
  const span = parsed.spans[index]!;
  const parts = [
    headline(section, index),
    [whyRead(document, section, index), size(section, index, facts)].join('  \n'),
    pairLine(document, section, index),
    ...texts(section, index),
  ];
  return {
    range: rangeIn(section, span),
    contents: { kind: MarkupKind.Markdown, value: parts.filter(Boolean).join('\n\n') },
  };
}

/** A picture where the file names or holds one. */
function pictureHover(document: TrackedDocument, section: Section, offset: number): Hover | null {
  const { parsed, text } = section;
  const picture = parsed.pictures.find(({ start, end }) => start <= offset && offset <= end);
  if (!picture) return null;
  const parts = [
    `${heading(section, picture)} · ${pictureLabel(picture)}`,
    pictureMarkdown(document.uri, text, picture),
    picture.picture.alt ?? '',
  ];
  return {
    range: rangeIn(section, picture),
    contents: { kind: MarkupKind.Markdown, value: parts.filter(Boolean).join('\n\n') },
  };
}

function headline(section: Section, index: number): string {
  return heading(section, section.parsed.spans[index]!);
}

function heading({ parsed, traj }: Section, span: Span): string {
  const { id } = parsed.trajectories[span.traj] ?? { id: null };
  const named = id === null || id === '' ? '' : ` (${code(id)})`;
  const step = span.step === 0 ? 'before the first step' : `step ${span.step}`;
  return `**${span.kind}** · ${step} · trajectory ${traj + span.traj + 1}${named}`;
}

function whyRead(document: TrackedDocument, section: Section, index: number): string {
  const { text, parsed } = section;
  const { start } = parsed.spans[index]!;
  if (document.hasAnnotationsIn(section.start + start, section.start + start + 1)) {
    return 'by a hand annotation';
  }
  const from = labelledStart(parsed, index);
  const label = text.slice(from, start).trim();
  const after = label !== '' && label.length <= 60 ? `after ${code(label)}` : where(parsed, index);
  return `${after} in ${code(parsed.format)} (${parsed.reason})`;
}

/** The span's role in its message, where no label says it. */
function where(parsed: Parsed, index: number): string {
  for (const message of parsed.trajectories[parsed.spans[index]!.traj]?.messages ?? []) {
    if (message.pieces.some(({ span }) => span === index)) {
      if (message.role === 'tool')
        return message.name ? `result of ${code(message.name)}` : 'result';
      return message.role === 'assistant'
        ? 'text of the agent\u2019s turn'
        : `role ${message.role}`;
    }
    if (message.role !== 'assistant') continue;
    for (const call of message.calls) {
      if (call.name?.span === index) return 'name of a call';
      if (call.arguments?.span === index) return 'arguments of a call';
    }
  }
  return 'as read';
}

function size(section: Section, index: number, facts: SpanFacts): string {
  const characters = spanText(section.text, section.parsed, index).length;
  const { tokens, why, unknown } = facts(section, index);
  return [
    `${characters.toLocaleString('en')} characters`,
    ...(tokens === null ? [] : [`${tokens.toLocaleString('en')} tokens`]),
    ...(why === null ? [] : [why]),
    ...(unknown === null ? [] : [`of the record ${unknown}`]),
  ].join(' · ');
}

function pairLine(document: TrackedDocument, section: Section, index: number): string | null {
  const exchange = exchangeOf(section.parsed, index);
  if (!exchange) return null;
  const isCall = exchange.call.includes(index);
  const other = (isCall ? exchange.result : exchange.call)[0]!;
  const { start } = rangeIn(section, section.parsed.spans[other]!);
  const link = `${document.uri}#L${start.line + 1},${start.character + 1}`;
  return `${isCall ? 'Result' : 'Call'}: [${escapeMarkdown(preview(section, other, 100))}](${link})`;
}

/** The decoded text, with the raw one behind it where that is another. */
function texts(section: Section, index: number): string[] {
  const { start, end } = section.parsed.spans[index]!;
  const raw = section.text.slice(start, end);
  const decoded = spanText(section.text, section.parsed, index);
  const shown = pretty(decoded);
  const blocks = [fenced(shown.text, shown.language, MOST_CHARACTERS)];
  if (raw !== shown.text) blocks.push('---', 'Raw:', fenced(raw, '', MOST_RAW));
  return blocks;
}

function pretty(text: string): { text: string; language: string } {
  const plain = plainColours(text);
  if (/^\s*[[{]/.test(plain) && plain.length < 200_000) {
    try {
      return { text: JSON.stringify(JSON.parse(plain), null, 2), language: 'json' };
    } catch {
      // Not JSON: shown as it is.
    }
  }
  return { text: plain, language: '' };
}

function fenced(text: string, language: string, most: number): string {
  const cut = text.length > most;
  const shown = cut ? text.slice(0, most) : text;
  const longest = (shown.match(/`+/g) ?? [])
    .map(({ length }) => length)
    .reduce((most, one) => Math.max(most, one), 2);
  const fence = '`'.repeat(longest + 1);
  const rest = cut ? `\n\n… ${(text.length - most).toLocaleString('en')} more characters` : '';
  return `${fence}${language}\n${shown}\n${fence}${rest}`;
}

function code(text: string): string {
  const longest = (text.match(/`+/g) ?? [])
    .map(({ length }) => length)
    .reduce((most, one) => Math.max(most, one), 0);
  const ticks = '`'.repeat(longest + 1);
  const space = longest > 0 ? ' ' : '';
  return `${ticks}${space}${text.replace(/\s+/g, ' ')}${space}${ticks}`;
}

function escapeMarkdown(text: string): string {
  return text.replace(/[\\`*_{}[\]()#+\-.!<>|~]/g, '\\$&');
}
