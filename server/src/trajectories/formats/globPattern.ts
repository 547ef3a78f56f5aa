/** A glob as a regular expression for whole paths with slashes: `*`, `?`, `**`, `{a,b}`, `[a-z]`. */
export function globPattern(glob: string): RegExp {
  let depth = 0;
  const source = glob.replace(TOKEN, (token) => {
    if (token === '**/') return '(?:[^/]+/)*';
    if (token === '**') return '.*';
    if (token === '*') return '[^/]*';
    if (token === '?') return '[^/]';
    if (token === '{') {
      depth += 1;
      return '(?:';
    }
    if (token === '}' && depth > 0) {
      depth -= 1;
      return ')';
    }
    if (token === ',' && depth > 0) return '|';
    const isClass = token.length > 2 && token.startsWith('[');
    if (isClass) return `[${token.slice(1, -1).replace(/^!/, '^').replaceAll('\\', '\\\\')}]`;
    return token.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
  });
  return new RegExp(`^${source}${')'.repeat(depth)}$`, 'u');
}

const TOKEN = /\*\*\/|\*\*|[*?{},]|\[[^\]/]+\]|[.+^$()|[\]\\]/g;
