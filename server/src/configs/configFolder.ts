import path from 'node:path';

/**
 * The folder that a config's paths start from: the innermost workspace folder that holds it, as a
 * person starts the program there; else its own.
 */
export function configFolder(config: string, workspaceFolders: readonly string[]): string {
  const holds = (folder: string): boolean => {
    const inside = path.relative(folder, config);
    return inside !== '' && !inside.startsWith('..') && !path.isAbsolute(inside);
  };
  const inner = workspaceFolders.filter(holds).sort((a, b) => b.length - a.length)[0];
  return inner ?? (path.isAbsolute(config) ? path.dirname(config) : (workspaceFolders[0] ?? '.'));
}
