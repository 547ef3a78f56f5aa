import { loadConfig, type LoadedConfig, type LoadOptions } from '@deepcoder/config';

/** Loads `main.yaml` from a map of file texts. */
export function load(
  files: Record<string, string> | string,
  options: Partial<Omit<LoadOptions, 'readText'>> = {},
): Promise<LoadedConfig> {
  const texts = typeof files === 'string' ? { 'main.yaml': files } : files;
  return loadConfig({
    path: 'main.yaml',
    env: {},
    ...options,
    readText: (path) => {
      const text = texts[path];
      if (text === undefined) throw new Error('no such file');
      return text;
    },
  });
}

/** `file:line:column code message` of each problem. */
export function problemLines({ problems }: LoadedConfig): string[] {
  return problems.map(
    ({ file, line, column, code, message }) => `${file}:${line}:${column} ${code} ${message}`,
  );
}

/** The least that a config needs. */
export const MINIMAL = 'data: {train: [a.jsonl]}\nstudent: {model: models/s}\n';
