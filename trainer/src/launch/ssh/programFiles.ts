import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { DeepCoderError } from '@deepcoder/config';

/** What this program consists of, for a machine of the same kind. */
export interface ProgramFiles {
  /** Folder of the packages that are not in the bundle, and which files of it. */
  packages: { folder: string; files: string[] };
  /** The rest: names in the program's folder. */
  own: string[];
}

/** Packages that the bundle leaves outside and that a run can need; those that are not installed are not needed. */
const PACKAGES = ['onnxruntime-node', 'koffi', 'tokenizers', 'sharp'];
const OWN = ['package.json', 'dist', 'assets', 'bridges'];

/** @throws DeepCoderError where the program is not laid out so that it could be copied */
export function programFiles(programFolder: string): ProgramFiles {
  const folder = [programFolder, path.dirname(programFolder)]
    .map((place) => path.join(place, 'node_modules'))
    .find((place) => existsSync(path.join(place, 'onnxruntime-node')));
  if (folder === undefined) {
    throw new DeepCoderError(
      'launch/program',
      `ssh: the packages of ${programFolder} are not beside it, so it cannot be copied; install DeepCoder on the host and set launch.program, for example [deepcoder]`,
      { exitCode: 2 },
    );
  }
  const names = closure(folder, PACKAGES);
  const files = names.flatMap((name) => below(folder, name));
  return {
    packages: { folder, files },
    own: OWN.filter((name) => existsSync(path.join(programFolder, name))),
  };
}

interface Manifest {
  dependencies?: Record<string, string>;
  optionalDependencies?: Record<string, string>;
}

/** These packages and all that they need, as far as they are installed. */
function closure(folder: string, names: readonly string[]): string[] {
  const found = new Set<string>();
  const visit = (name: string): void => {
    const manifest = path.join(folder, name, 'package.json');
    if (found.has(name) || !existsSync(manifest)) return;
    found.add(name);
    const { dependencies, optionalDependencies } = JSON.parse(
      readFileSync(manifest, 'utf8'),
    ) as Manifest;
    for (const one of Object.keys({ ...dependencies, ...optionalDependencies })) visit(one);
  };
  for (const name of names) visit(name);
  return [...found].sort();
}

/** Files of a package, without the libraries of other systems. */
function below(folder: string, name: string): string[] {
  const entries = readdirSync(path.join(folder, name), { withFileTypes: true });
  return entries.flatMap((entry) => {
    const own = `${name}/${entry.name}`;
    if (isForeign(own)) return [];
    return entry.isDirectory() ? below(folder, own) : [own];
  });
}

function isForeign(file: string): boolean {
  const [, system] = /^onnxruntime-node\/bin\/[^/]+\/([^/]+)$/.exec(file) ?? [];
  if (system !== undefined) return system !== process.platform;
  const [, built] = /^tokenizers\/tokenizers\.(.+)\.node$/.exec(file) ?? [];
  return built?.startsWith(`${process.platform}-${process.arch}`) === false;
}
