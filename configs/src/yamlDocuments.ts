import { stringify } from 'yaml';

/** Values as one text of YAML, each a document. */
export function yamlDocuments(values: readonly object[]): string {
  return values
    .map((value) => stringify(value, { lineWidth: 0, aliasDuplicateObjects: false }))
    .join('---\n');
}
