import {
  ErrorCodes,
  ResponseError,
  type Position,
  type Range,
  type WorkspaceEdit,
} from 'vscode-languageserver';
import { offsetIn, rangeIn, sectionAt, type Section } from '../document/section.ts';
import type { TrackedDocument } from '../document/trackedDocument.ts';

/** The string with an id of a record or of a call that a place is in. */
export function prepareRename(
  document: TrackedDocument,
  position: Position,
): { range: Range; placeholder: string } | null {
  const found = idAt(document, position);
  if (!found) return null;
  return { range: rangeIn(found.section, found), placeholder: found.id };
}

/** All strings of the record that are this id: a call's id and its result's go together. */
export function rename(
  document: TrackedDocument,
  position: Position,
  newName: string,
): WorkspaceEdit | null {
  const found = idAt(document, position);
  if (!found) return null;
  const { section, id } = found;
  if (newName === '') throw refused('An id cannot be empty.');
  if (newName !== id && knownIds(section).has(newName)) {
    throw refused(`The id ${newName} is taken in this record.`);
  }
  const edits = occurrences(section.text, id).map((one) => ({
    range: rangeIn(section, one),
    newText: JSON.stringify(newName).slice(1, -1),
  }));
  return { changes: { [document.uri]: edits } };
}

function refused(message: string): ResponseError {
  return new ResponseError(ErrorCodes.InvalidRequest, message);
}

interface Found {
  section: Section;
  id: string;
  start: number;
  end: number;
}

function idAt(document: TrackedDocument, position: Position): Found | null {
  const section = sectionAt(document, document.offsetAt(position));
  if (!section) return null;
  const offset = offsetIn(section, position);
  for (const id of knownIds(section)) {
    const at = occurrences(section.text, id).find(
      ({ start, end }) => start <= offset && offset <= end,
    );
    if (at) return { section, id, ...at };
  }
  return null;
}

function knownIds({ parsed }: Section): Set<string> {
  const ids = new Set<string>();
  for (const { id, messages } of parsed.trajectories) {
    if (id !== null && id !== '') ids.add(id);
    for (const message of messages) {
      if (message.role === 'tool' && message.callId) ids.add(message.callId);
      if (message.role !== 'assistant') continue;
      for (const call of message.calls) if (call.id !== null && call.id !== '') ids.add(call.id);
    }
  }
  return ids;
}

/** Insides of JSON strings that are values and equal the id; the ids of other places than values are left. */
function occurrences(text: string, id: string): { start: number; end: number }[] {
  const literal = JSON.stringify(id);
  const list: { start: number; end: number }[] = [];
  for (let at = text.indexOf(literal); at >= 0; at = text.indexOf(literal, at + literal.length)) {
    if (
      /[:[,]\s*$/.test(text.slice(Math.max(0, at - 20), at)) &&
      !/^\s*:/.test(text.slice(at + literal.length, at + literal.length + 20))
    ) {
      list.push({ start: at + 1, end: at + literal.length - 1 });
    }
  }
  return list;
}
