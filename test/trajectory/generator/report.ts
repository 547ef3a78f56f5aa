import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { containersOf } from './combine.ts';
import { DIALECTS } from './dialects.ts';
import { ASPECTS, faultsOf, knownFaults } from './faults.ts';
import { incrementalFaults } from './incremental.ts';
import { SEEDS } from './seeds.ts';

/** The script's commands. */
export async function report(args: string[], folder: string): Promise<void> {
  const [command = 'count', filter = ''] = args.filter((one) => !one.startsWith('--'));
  if (command === 'count') printCounts();
  else if (command === 'failures') printFailures(filter, args.includes('--all'));
  else if (command === 'known') await writeKnown(join(folder, 'known.ts'), args.includes('--add'));
  else throw new Error(`no command ${command}`);
}

function printCounts(): void {
  const counts = new Map<string, [dialects: number, files: number]>();
  for (const dialect of DIALECTS) {
    const [dialects, files] = counts.get(dialect.format ?? 'any') ?? [0, 0];
    const more = containersOf(dialect).length * SEEDS.length;
    counts.set(dialect.format ?? 'any', [dialects + 1, files + more]);
  }
  let [allDialects, allFiles] = [0, 0];
  for (const [format, [dialects, files]] of [...counts].sort()) {
    console.log(
      `${format.padEnd(24)} ${String(dialects).padStart(4)} ${String(files).padStart(6)}`,
    );
    allDialects += dialects;
    allFiles += files;
  }
  console.log(
    `${'all'.padEnd(24)} ${String(allDialects).padStart(4)} ${String(allFiles).padStart(6)}`,
  );
}

function printFailures(filter: string, all: boolean): void {
  for (const dialect of DIALECTS) {
    for (const container of containersOf(dialect)) {
      const pair = `${dialect.name} / ${container}`;
      if (!pair.includes(filter)) continue;
      const shown = new Set<string>();
      for (const { aspect, seed, lines } of faultsOf(dialect, container, SEEDS)) {
        if (shown.has(aspect) && !all) continue;
        shown.add(aspect);
        console.log(`${pair} #${String(seed)} ${aspect}`);
        for (const line of lines.slice(0, 6)) console.log(`    ${JSON.stringify(line)}`);
      }
    }
  }
}

/** Without `add` the list only shrinks. */
async function writeKnown(path: string, add: boolean): Promise<void> {
  const lines = DIALECTS.flatMap((dialect) => {
    const before = knownFaults(dialect);
    const containers = containersOf(dialect);
    const edited = incrementalFaults(dialect).map((container) => ({
      aspect: 'incremental' as const,
      container,
    }));
    const faults = containers
      .flatMap((container) =>
        faultsOf(dialect, container, SEEDS).map(({ aspect }) => ({
          aspect: aspect,
          container,
        })),
      )
      .concat(edited);
    return ASPECTS.flatMap((aspect) => {
      const failing = containers.filter(
        (container) =>
          faults.some((one) => one.aspect === aspect && one.container === container) &&
          (add || before.has(`${container} / ${aspect}`)),
      );
      if (failing.length === 0) return [];
      const which = failing.length === containers.length ? 'all' : failing.join(' | ');
      return [`  ${quoted(`${dialect.name} / ${aspect}`)}: ${quoted(which)},`];
    });
  });
  const entries = lines.length === 0 ? '{}' : ['{', ...lines, '}'].join('\n');
  const old = await readFile(path, 'utf8');
  const head = old.slice(0, old.indexOf('export const'));
  await writeFile(
    path,
    `${head}export const KNOWN: Readonly<Record<string, string>> = ${entries};\n`,
  );
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", "\\'")}'`;
}
