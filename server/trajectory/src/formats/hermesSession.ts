import type { Builder } from '../assemble/builder.ts';
import {
  content,
  firstItems,
  get,
  getAny,
  inside,
  is,
  isArray,
  isString,
  itemsOf,
  str,
} from '../json/jsonNode.ts';
import { scanJson } from '../json/scanJson.ts';
import type { JsonNode } from '../json/jsonTree.ts';
import { nameBits } from '../json/keyNames.ts';
import { decodedSource } from '../text/source.ts';
import type { Format, Input } from './format.ts';
import { chatMessage, userMessage } from './shared/chat.ts';
import { isChatMessage } from './shared/roles.ts';

/**
 * Hermes Agent's sessions as its database has them: rows with a role, of which the inactive ones were taken
 * back. Rows are in the order of their numbers, whatever their order in the file.
 */
export const hermesSession: Format = {
  id: 'hermes_session',
  title: 'Hermes session',
  recordNames: nameBits('messages', 'active'),
  detect({ samples }) {
    for (const sample of samples) {
      const rows = [sample, ...firstItems(get(sample, 'messages')), ...firstItems(sample)];
      if (rows.some(isRow)) return 'messages with `session_id` and `active`';
    }
    return null;
  },
  read(input, build) {
    for (const { session, rows, start, end } of sessions(input)) {
      build.trajectory(start, str(getAny(rows[0] ?? null, 'session_id')));
      build.outer('system', content(getAny(session, 'system_prompt')));
      for (const row of [...rows].sort((a, b) => number(a) - number(b))) readRow(build, row);
      build.close(end);
    }
  },
};

interface Session {
  session: JsonNode | null;
  rows: JsonNode[];
  start: number;
  end: number;
}

/** Rows by their session, a line each or listed. */
function sessions(input: Input): Session[] {
  const list: Session[] = [];
  for (const { value } of input.records()) {
    const rows = isRow(value) ? [value] : itemsOf(isArray(value) ? value : get(value, 'messages'));
    const session = get(value, 'session');
    const last = list[list.length - 1];
    const goesOn = isRow(value) && last && sessionOf(last.rows[0]!) === sessionOf(value);
    if (goesOn) {
      last.rows.push(value);
      last.end = value.rawEnd;
    } else {
      const own = rows.filter(isChatMessage);
      if (own.length > 0)
        list.push({ session, rows: own, start: value.rawStart, end: value.rawEnd });
    }
  }
  return list;
}

function isRow(node: JsonNode): boolean {
  return isChatMessage(node) && get(node, 'session_id') !== null && get(node, 'active') !== null;
}

function sessionOf(row: JsonNode): string | null {
  return str(get(row, 'session_id'));
}

function number(row: JsonNode): number {
  return Number(str(get(row, 'id')) ?? 0);
}

function readRow(build: Builder, row: JsonNode): void {
  if (str(get(row, 'active')) === '0' || str(get(row, 'active')) === 'false') {
    const message = 'This record was taken back: it is left out.';
    build.problem('info', 'rewound', message, { start: row.rawStart, end: row.rawStart + 1 });
    return;
  }
  const parts = nestedParts(get(row, 'content'));
  if (parts && is(get(row, 'role'), 'user')) userMessage(build, parts);
  else chatMessage(build, row);
}

const PREFIX = '\u0000json:';

/** Contents of several parts are JSON in the column of texts. */
function nestedParts(node: JsonNode | null): JsonNode | null {
  if (!isString(node) || !node.escaped) return null;
  const source = decodedSource(inside(node));
  return source.text.startsWith(PREFIX) ? scanJson(source, PREFIX.length).value : null;
}
