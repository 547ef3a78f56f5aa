import { existsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { setupError } from './setupError.ts';

export interface Libtensorflow {
  libraryFolder: string;
  /** File names in `libraryFolder` to link, the one with the C API first. */
  libraries: string[];
  includeFolder: string;
}

/** The C API's library is `libtensorflow` in Google's archives, `libtensorflow_cc` in Python's. */
const API_LIBRARIES = [
  'libtensorflow_cc.so.2',
  'libtensorflow.so.2',
  'libtensorflow.so',
  'libtensorflow_cc.2.dylib',
  'libtensorflow.2.dylib',
  'libtensorflow.dylib',
];
const FRAMEWORK_LIBRARIES = [
  'libtensorflow_framework.so.2',
  'libtensorflow_framework.so',
  'libtensorflow_framework.2.dylib',
  'libtensorflow_framework.dylib',
];
const HEADERS = [
  'tensorflow/c/c_api.h',
  'tensorflow/c/eager/c_api.h',
  'tensorflow/core/platform/ctstring_internal.h',
];

/**
 * Finds libraries and C headers in a folder: an unpacked libtensorflow (`lib/`, `include/`), an
 * installed `tensorflow` Python package, or a `site-packages` that holds one.
 *
 * @throws DeepCoderError that names what the folder lacks
 */
export function findLibtensorflow(folder: string): Libtensorflow {
  if (!existsSync(folder) || !statSync(folder).isDirectory()) {
    throw setupError(
      'libtensorflow-missing',
      `--libtensorflow ${folder}: there is no such folder; name an unpacked libtensorflow or an installed Python package tensorflow`,
    );
  }
  const roots = [folder, join(folder, 'tensorflow')];
  const libraryFolder = roots
    .flatMap((root) => [root, join(root, 'lib')])
    .find((candidate) => firstIn(candidate, API_LIBRARIES) !== null);
  if (libraryFolder === undefined) {
    throw setupError(
      'libtensorflow-missing',
      `--libtensorflow ${folder}: no ${API_LIBRARIES.slice(0, 2).join(' or ')} in it, in lib/ or in tensorflow/; name the folder that holds it`,
    );
  }
  const includeFolder = roots
    .map((root) => join(root, 'include'))
    .find((candidate) => HEADERS.every((header) => existsSync(join(candidate, header))));
  if (includeFolder === undefined) {
    throw setupError(
      'libtensorflow-headers',
      `--libtensorflow ${folder}: the C headers are missing (include/${HEADERS.join(', include/')}); take a complete libtensorflow or Python package`,
    );
  }
  const libraries = [API_LIBRARIES, FRAMEWORK_LIBRARIES]
    .map((names) => firstIn(libraryFolder, names))
    .filter((name) => name !== null);
  return { libraryFolder, libraries, includeFolder };
}

function firstIn(folder: string, names: readonly string[]): string | null {
  return names.find((name) => existsSync(join(folder, name))) ?? null;
}
