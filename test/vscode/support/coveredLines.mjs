import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { eachMapping, TraceMap } from '@jridgewell/trace-mapping';

/**
 * @typedef {{ startOffset: number, endOffset: number, count: number }} Range
 * @typedef {{ url: string, functions: { ranges: Range[] }[] }} Script as V8 counts it
 */

/**
 * Which lines of the sources have run, from V8's counts in bundles and the bundles' source maps. A line
 * has run when anything that was made of it has, in any process.
 * @param {string} folder with the files that Node and `pageCoverage.mjs` have written
 * @param {(file: string) => boolean} isCounted bundles, by their paths
 * @returns {Map<string, Map<number, boolean>>} lines with code, by source
 */
export function coveredLines(folder, isCounted) {
  /** @type {Map<string, Map<number, boolean>>} */
  const lines = new Map();
  for (const name of readdirSync(folder)) {
    /** @type {{ result: Script[] }} */
    const { result } = JSON.parse(readFileSync(join(folder, name), 'utf8'));
    for (const script of result) {
      if (!script.url.startsWith('file:')) continue;
      const file = fileURLToPath(script.url);
      if (isCounted(file) && existsSync(`${file}.map`)) addLines(lines, file, script);
    }
  }
  return lines;
}

/**
 * @param {Map<string, Map<number, boolean>>} lines
 * @param {string} file
 * @param {Script} script
 */
function addLines(lines, file, { functions }) {
  const text = readFileSync(file, 'utf8');
  const starts = [0];
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) starts.push(at + 1);
  const hasRun = runningPlaces(functions, text.length);
  eachMapping(new TraceMap(readFileSync(`${file}.map`, 'utf8')), (mapping) => {
    if (mapping.source === null) return;
    const source = resolve(dirname(file), mapping.source);
    const known = lines.get(source) ?? new Map();
    lines.set(source, known);
    const offset = (starts[mapping.generatedLine - 1] ?? 0) + mapping.generatedColumn;
    const line = mapping.originalLine;
    known.set(line, known.get(line) === true || hasRun[offset] === 1);
  });
}

/**
 * @param {Script['functions']} functions outer ones first, and ranges in them too: the innermost counts
 * @param {number} length
 */
function runningPlaces(functions, length) {
  const hasRun = new Uint8Array(length);
  for (const { ranges } of functions)
    for (const { startOffset, endOffset, count } of ranges)
      hasRun.fill(count > 0 ? 1 : 0, startOffset, endOffset);
  return hasRun;
}
