/** Checks objects by the schema of a resource definition, as an API server does, but for rules in CEL. */
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { parse } from 'yaml';

/**
 * What is wrong with an object; empty where nothing is.
 * @param {string} folder of resource definitions
 * @param {{ apiVersion: string, kind: string, metadata?: { name?: string } }} object
 * @returns {string[] | null} null for a kind that is not defined there
 */
export function crdProblems(folder, object) {
  for (const file of readdirSync(folder).filter((name) => name.endsWith('.yaml'))) {
    /** @type {{ spec: any }} */
    const { spec } = parse(readFileSync(path.join(folder, file), 'utf8'));
    const [group, version] = object.apiVersion.split('/');
    if (spec.group !== group || spec.names.kind !== object.kind) continue;
    const found = spec.versions.find((/** @type {{ name: string }} */ one) => one.name === version);
    if (found === undefined) return [`there is no version ${version}`];
    // An API server checks these itself.
    const { apiVersion: _, kind: __, metadata, ...own } = object;
    const name = metadata?.name ?? '';
    const isName = /^[a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?$/.test(name);
    const schema = found.schema.openAPIV3Schema;
    return [...(isName ? [] : [`metadata.name: ${name}`]), ...problems(own, schema, '')];
  }
  return null;
}

/**
 * @param {any} value
 * @param {Record<string, any>} schema
 * @param {string} at
 * @returns {string[]}
 */
function problems(value, schema, at) {
  if (schema['x-kubernetes-int-or-string']) {
    return ['number', 'string'].includes(typeof value) ? [] : [`${at}: is no number or text`];
  }
  const type = Array.isArray(value) ? 'array' : value === null ? 'null' : typeof value;
  const wanted = ['integer', 'number'].includes(schema.type) ? 'number' : schema.type;
  if (wanted !== undefined && type !== wanted) return [`${at}: is ${type}, not ${schema.type}`];
  const own = [
    ...(schema.enum && !schema.enum.includes(value) ? [`${at}: none of ${schema.enum}`] : []),
    ...(schema.type === 'integer' && !Number.isInteger(value) ? [`${at}: is not whole`] : []),
    ...(schema.minimum > value || schema.maximum < value ? [`${at}: out of range`] : []),
    ...(schema.minLength > value?.length || schema.maxLength < value?.length
      ? [`${at}: length`]
      : []),
    ...(schema.pattern && !new RegExp(schema.pattern).test(value) ? [`${at}: pattern`] : []),
  ];
  if (type === 'array') {
    return [
      ...own,
      ...value.flatMap((/** @type {unknown} */ one, /** @type {number} */ i) =>
        problems(one, schema.items ?? {}, `${at}[${i}]`),
      ),
    ];
  }
  if (type !== 'object') return own;
  /** @type {string[]} */
  const required = schema.required ?? [];
  const missing = required.filter((key) => !(key in value));
  const inner = Object.entries(value).flatMap(([key, child]) => {
    const place = `${at}.${key}`;
    const known = schema.properties?.[key];
    if (known !== undefined) return problems(child, known, place);
    if (typeof schema.additionalProperties === 'object') {
      return problems(child, schema.additionalProperties, place);
    }
    const isFree =
      schema['x-kubernetes-preserve-unknown-fields'] === true || schema.properties === undefined;
    return isFree ? [] : [`${place}: there is no such field`];
  });
  return [...own, ...missing.map((key) => `${at}.${key}: is missing`), ...inner];
}
