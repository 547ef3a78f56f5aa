import path from 'node:path';
import { DiagnosticTag, type Diagnostic, type Range } from 'vscode-languageserver';
import type { TextDocument } from 'vscode-languageserver-textdocument';
import { URI } from 'vscode-uri';
import { DIAGNOSTIC_SEVERITY } from '../lsp/severity.ts';
import type { EditorProblem } from './configProblem.ts';

export function diagnosticOf(document: TextDocument, problem: EditorProblem): Diagnostic {
  const { code, message, severity, unused, elsewhere } = problem;
  return {
    ...{ code, message, source: 'deepcoder', severity: DIAGNOSTIC_SEVERITY[severity] },
    range: rangeOf(document, problem),
    ...(unused === true && { tags: [DiagnosticTag.Unnecessary] }),
    ...(elsewhere !== undefined &&
      path.isAbsolute(elsewhere.file) && { relatedInformation: [related(elsewhere)] }),
  };
}

function related({ file, line, column, message }: NonNullable<EditorProblem['elsewhere']>) {
  const at = { line: Math.max(0, line - 1), character: Math.max(0, column - 1) };
  return { message, location: { uri: URI.file(file).toString(), range: { start: at, end: at } } };
}

export function rangeOf(
  document: TextDocument,
  { start, end }: { start: number; end: number },
): Range {
  return { start: document.positionAt(start), end: document.positionAt(end) };
}
