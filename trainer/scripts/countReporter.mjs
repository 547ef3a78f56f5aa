/**
 * A vitest reporter that adds one JSON line `{ passed, failed, skipped }` to the file that
 * DEEPCODER_TEST_COUNTS names and says, a line each, why tests were skipped and which failed.
 */
import { appendFileSync } from 'node:fs';

export default class CountReporter {
  /**
   * @param {readonly import('vitest/node').TestModule[]} modules
   * @param {readonly unknown[]} unhandledErrors
   */
  onTestRunEnd(modules, unhandledErrors) {
    const counts = { passed: 0, failed: unhandledErrors.length, skipped: 0 };
    for (const module of modules) {
      // A file that does not load has errors and no tests: it must not count as nothing.
      counts.failed += module.errors().length;
      for (const test of module.children.allTests()) {
        const { state } = test.result();
        counts[state === 'pending' ? 'skipped' : state] += 1;
      }
    }
    for (const line of skipNotes(modules)) process.stdout.write(`skipped: ${line}\n`);
    for (const line of failureNotes(modules, unhandledErrors))
      process.stdout.write(`failed: ${line}\n`);
    const file = process.env['DEEPCODER_TEST_COUNTS'];
    if (file !== undefined) appendFileSync(file, `${JSON.stringify(counts)}\n`);
  }
}

/** @param {readonly import('vitest/node').TestModule[]} modules */
function skipNotes(modules) {
  /** @type {Map<string, number>} */
  const notes = new Map();
  for (const module of modules) {
    for (const test of module.children.allTests('skipped')) {
      const { note } = /** @type {{ note?: string }} */ (test.result());
      const line = `${module.relativeModuleId}: ${note ?? test.fullName}`;
      notes.set(line, (notes.get(line) ?? 0) + 1);
    }
  }
  return [...notes].map(([line, count]) => (count === 1 ? line : `${line} (${count} tests)`));
}

/**
 * @param {readonly import('vitest/node').TestModule[]} modules
 * @param {readonly unknown[]} unhandledErrors
 */
function failureNotes(modules, unhandledErrors) {
  const notes = unhandledErrors.map((error) => failureNote('outside the tests', error));
  for (const module of modules) {
    for (const error of module.errors()) notes.push(failureNote(module.relativeModuleId, error));
    for (const test of module.children.allTests('failed')) {
      const { errors = [] } = test.result();
      notes.push(failureNote(`${module.relativeModuleId} > ${test.fullName}`, errors[0]));
    }
  }
  return notes;
}

/**
 * @param {string} where
 * @param {unknown} error
 */
function failureNote(where, error) {
  const { message = 'no reason given' } = /** @type {{ message?: string }} */ (error ?? {});
  const [reason] = message.split('\n');
  return `${where}: ${reason}`;
}
