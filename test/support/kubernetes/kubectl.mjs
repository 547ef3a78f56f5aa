/**
 * A stand-in for kubectl with a folder for a cluster (FAKE_CLUSTER): what is applied is a file there, checked by the
 * resource definitions of DEEPCODER_CRDS; a test writes status and log beside it.
 */
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { parseAllDocuments } from 'yaml';
import { crdProblems } from './crdSchema.mjs';

const cluster = process.env['FAKE_CLUSTER'] ?? '';
const args = process.argv.slice(2);
const namespace = args.find((arg) => arg.startsWith('--namespace='))?.split('=')[1];
const [verb, ...rest] = args.filter((arg) => !/^--(namespace|context)=/.test(arg));
/** @param {string} kind @param {string} name */
const fileOf = (kind, name) =>
  path.join(cluster, `${namespace}.${kind.toLowerCase()}.${name}.json`);
/** @param {string} resource @returns {[string, string]} */
const split = (resource) => {
  const [kind = '', name = ''] = resource.split('/');
  return [kind.replace(/s?\..*$/, ''), name];
};

writeFileSync(path.join(cluster, 'calls'), `${JSON.stringify(args)}\n`, { flag: 'a' });
if (verb === 'apply') {
  for (const document of parseAllDocuments(readFileSync(0, 'utf8'))) {
    const object = document.toJS();
    const crds = process.env['DEEPCODER_CRDS'];
    const found = crds === undefined ? [] : (crdProblems(crds, object) ?? []);
    if (found.length > 0) {
      process.stderr.write(`${object.kind} "${object.metadata.name}" is invalid: ${found}\n`);
      process.exit(1);
    }
    writeFileSync(fileOf(object.kind, object.metadata.name), JSON.stringify(object));
  }
} else if (verb === 'get') {
  const file = fileOf(...split(rest[0] ?? ''));
  const status = path.join(cluster, 'status.json');
  if (existsSync(file)) {
    const object = JSON.parse(readFileSync(file, 'utf8'));
    if (existsSync(status)) object.status = JSON.parse(readFileSync(status, 'utf8'));
    process.stdout.write(JSON.stringify(object));
  }
} else if (verb === 'logs') {
  const file = path.join(cluster, 'log');
  if (!existsSync(file)) process.exit(1);
  process.stdout.write(readFileSync(file));
} else if (verb === 'delete') {
  for (const one of rest.filter((arg) => !arg.startsWith('--'))) rmSync(fileOf(...split(one)));
} else {
  process.stderr.write(`unknown: ${verb}\n`);
  process.exit(2);
}
