import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import oniguruma from 'vscode-oniguruma';
import textmate, { type IGrammar } from 'vscode-textmate';

const SYNTAXES = join(import.meta.dirname, '../../syntaxes');
const require = createRequire(import.meta.url);

/** Tokenizes with the engine that VS Code has. */
export async function loadGrammar(file: string): Promise<IGrammar> {
  const wasm = join(dirname(require.resolve('vscode-oniguruma')), 'onig.wasm');
  await oniguruma.loadWASM(readFileSync(wasm));
  const raw = readFileSync(join(SYNTAXES, file), 'utf8');
  const registry = new textmate.Registry({
    onigLib: Promise.resolve({
      createOnigScanner: (patterns) => new oniguruma.OnigScanner(patterns),
      createOnigString: (text) => new oniguruma.OnigString(text),
    }),
    loadGrammar: () => Promise.resolve(textmate.parseRawGrammar(raw, file)),
  });
  const { scopeName } = JSON.parse(raw) as { scopeName: string };
  return (await registry.loadGrammar(scopeName))!;
}

/** `text  scope scope`, one token a line; the grammar's own scope and blank tokens are left out. */
export function tokens(grammar: IGrammar, text: string): string {
  let state = textmate.INITIAL;
  const lines: string[] = [];
  for (const line of text.split('\n')) {
    const result = grammar.tokenizeLine(line, state);
    state = result.ruleStack;
    for (const { startIndex, endIndex, scopes } of result.tokens) {
      const own = line.slice(startIndex, endIndex).trim();
      if (own !== '') lines.push(`${own}  ${scopes.slice(1).join(' ')}`.trimEnd());
    }
  }
  return `\n${lines.join('\n')}\n`;
}
