import type { TextDocument } from 'vscode-languageserver-textdocument';

type Params = (document: TextDocument, at: number) => object;

/** What is asked of a document, `at` a share of the way through it: method to params. */
export const REQUESTS: Record<'trajectory' | 'config', Record<string, Params>> = {
  trajectory: {
    'textDocument/semanticTokens/full': () => ({}),
    'textDocument/semanticTokens/range': (document, at) => ({ range: linesAt(document, at) }),
    'textDocument/diagnostic': () => ({}),
    'textDocument/documentSymbol': () => ({}),
    'textDocument/foldingRange': () => ({}),
    'textDocument/documentLink': () => ({}),
    'textDocument/hover': placeAt,
    'textDocument/definition': placeAt,
    'textDocument/references': (document, at) => ({
      ...placeAt(document, at),
      context: { includeDeclaration: true },
    }),
    'textDocument/documentHighlight': placeAt,
    'textDocument/completion': placeAt,
    'textDocument/prepareRename': placeAt,
    'textDocument/selectionRange': (document, at) => ({ positions: [positionAt(document, at)] }),
    'textDocument/inlayHint': (document, at) => ({ range: linesAt(document, at) }),
    'textDocument/codeLens': () => ({}),
    'textDocument/formatting': () => ({ options: { tabSize: 2, insertSpaces: true } }),
    'textDocument/codeAction': actionsAt,
    'deepcoder/verdict': () => ({}),
    'deepcoder/statistics': () => ({}),
    'deepcoder/jump': (document, at) => ({
      offset: Math.floor(at * document.getText().length),
      ...(at < 0.5 ? { by: 'step', direction: 'next' } : { by: 'span', direction: 'previous' }),
    }),
  },
  config: {
    'textDocument/diagnostic': () => ({}),
    'textDocument/documentSymbol': () => ({}),
    'textDocument/foldingRange': () => ({}),
    'textDocument/documentLink': () => ({}),
    'textDocument/hover': placeAt,
    'textDocument/definition': placeAt,
    'textDocument/completion': placeAt,
    'textDocument/selectionRange': (document, at) => ({ positions: [positionAt(document, at)] }),
    'textDocument/codeLens': () => ({}),
    'textDocument/formatting': () => ({ options: { tabSize: 2, insertSpaces: true } }),
    'textDocument/codeAction': actionsAt,
  },
};

/** Requests of our own name their document plainly. */
export function paramsFor(
  method: string,
  uri: string,
  params: object,
): { textDocument: { uri: string } } | { uri: string } {
  return method.startsWith('deepcoder/')
    ? { uri, ...params }
    : { textDocument: { uri }, ...params };
}

function positionAt(document: TextDocument, at: number) {
  return document.positionAt(Math.floor(at * document.getText().length));
}

function placeAt(document: TextDocument, at: number) {
  return { position: positionAt(document, at) };
}

function linesAt(document: TextDocument, at: number) {
  const { line } = positionAt(document, at);
  return { start: { line, character: 0 }, end: { line: line + 20, character: 0 } };
}

function actionsAt(document: TextDocument, at: number) {
  const position = positionAt(document, at);
  const only = at < 0.5 ? ['quickfix', 'refactor'] : ['quickfix', 'source.fixAll'];
  return {
    range: { start: position, end: position },
    context: { diagnostics: [], only },
  };
}
