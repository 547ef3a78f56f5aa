/**
 * `npm run reference`: the tests that let other programs load what this one writes, and the reverse.
 * They need the Python packages of requirements.txt: those of the Python that DEEPCODER_PYTHON names,
 * else of an environment under .deepcoder/ that is made here.
 */
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { checkoutRoot } from '../../trainer/scripts/prepareCheckout.mjs';
import { runSuite } from '../../trainer/scripts/runSuite.mjs';
import { helpFirst } from '../../trainer/scripts/helpFirst.mjs';

helpFirst(import.meta.filename);

const IMPORTS = 'import peft, safetensors, tensorboard, torch, transformers';
const REQUIREMENTS = join(import.meta.dirname, 'requirements.txt');

const python = findPython();
if (python === null) process.exitCode = 1;
else {
  const args = ['test/reference', ...process.argv.slice(2)];
  process.exitCode = await runSuite('main', args, { DEEPCODER_PYTHON: python });
}

/** @returns {string | null} a Python with the packages */
function findPython() {
  const named = process.env['DEEPCODER_PYTHON'];
  if (named) {
    if (succeeds(named, ['-c', IMPORTS])) return named;
    return fail(`${named} (DEEPCODER_PYTHON) lacks packages; install those of ${REQUIREMENTS}`);
  }
  const folder = join(checkoutRoot, '.deepcoder', 'reference');
  const own = join(folder, process.platform === 'win32' ? 'Scripts/python.exe' : 'bin/python');
  if (existsSync(own) && succeeds(own, ['-c', IMPORTS])) return own;
  return makeEnvironment(folder, own);
}

/**
 * @param {string} folder
 * @param {string} own
 */
function makeEnvironment(folder, own) {
  const system = process.platform === 'win32' ? 'python' : 'python3';
  process.stdout.write(`Making a Python environment in ${folder} (several gigabytes) ...\n`);
  if (!succeeds(system, ['-m', 'venv', folder])) {
    return fail(`${system} cannot make an environment; install Python 3.11 or newer with venv`);
  }
  const install = ['-m', 'pip', 'install', '--quiet', '--requirement', REQUIREMENTS];
  if (succeeds(own, install, 'inherit')) return own;
  return fail(`pip could not install ${REQUIREMENTS}; see above, then try again`);
}

/**
 * @param {string} program
 * @param {string[]} args
 * @param {'ignore' | 'inherit'} [stdio]
 */
function succeeds(program, args, stdio = 'ignore') {
  return spawnSync(program, args, { stdio }).status === 0;
}

/** @param {string} message */
function fail(message) {
  process.stderr.write(`${message}\n`);
  return null;
}
