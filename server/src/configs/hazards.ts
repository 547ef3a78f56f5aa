import { isScalar } from 'yaml';
import type { EditorProblem, Fix } from './configProblem.ts';
import { fileSchemasAt } from './fileSchemas.ts';
import { allEntries, type Entry } from './yamlPlaces.ts';

/** Places where YAML's readers disagree, or where it says something else than it seems to. */
export function hazards(text: string, entries: readonly Entry[]): EditorProblem[] {
  return [...tabs(text), ...allEntries(entries).flatMap((entry) => scalarHazards(text, entry))];
}

/** An indented tab is an error to every reader; here is the fix. */
function tabs(text: string): EditorProblem[] {
  return [...text.matchAll(/^[ ]*\t[ \t]*(?=\S)/gm)].map(({ index, 0: indent }) => {
    const end = index + indent.length;
    const spaces = indent.replaceAll('\t', '  ');
    return {
      ...{ code: 'yaml/tab', severity: 'error', start: index, end },
      message: 'YAML is indented by spaces, never by tabs',
      fixes: [edit('Replace by spaces', { start: index, end }, spaces)],
    };
  });
}

const YES_NO = /^(y|yes|n|no|on|off)$/i;

function scalarHazards(text: string, { path, value, node }: Entry): EditorProblem[] {
  if (!isScalar(node) || value === null) return [];
  const raw = text.slice(value.start, value.end);
  const types = fileSchemasAt(path).map(({ type }) => type);
  if (/^[-+]?\d+[eE][-+]?\d+$/.test(raw) && typeof node.value === 'number') {
    const written = raw.replace(/[eE]/, '.0e');
    return [
      {
        ...{ code: 'yaml/exponent', severity: 'hint', ...value },
        message: `${raw} is a number here, but a text to readers of YAML 1.1 such as PyYAML`,
        fixes: [edit(`Write ${written}`, value, written)],
      },
    ];
  }
  if (YES_NO.test(raw) && typeof node.value === 'string' && !types.includes('boolean')) {
    return [
      {
        ...{ code: 'yaml/yes-no', severity: 'hint', ...value },
        message: `${raw} is a text here, but true or false to readers of YAML 1.1 such as PyYAML`,
        fixes: [edit('Quote it', value, `'${raw}'`)],
      },
    ];
  }
  return [];
}

function edit(title: string, { start, end }: { start: number; end: number }, text: string): Fix {
  return { title, edits: [{ start, end, text }], preferred: true, sure: true };
}
