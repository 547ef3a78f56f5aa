/**
 * `npm run score -- DIR [--misses N] [--file PART]`: scores the parser against annotated files.
 * DIR/dev/<format>/<file> and DIR/gold/<format>/<file>.spans.json, a list of
 * {start, end, kind, step, traj?}. Exact on (start, end, kind); step and traj on the matched ones.
 */
import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { loadPackage } from './loadPackage.mjs';
import { helpFirst } from '../../../trainer/scripts/helpFirst.mjs';

helpFirst(import.meta.filename);

const { values, dir } = readArguments(process.argv.slice(2));
if (!dir) {
  console.error('usage: npm run score -- DIR [--misses N] [--file PART]');
  process.exit(2);
}
for (const part of ['dev', 'gold']) {
  if (existsSync(join(dir, part))) continue;
  console.error(`${dir} has no folder ${part}; DIR/dev has the files, DIR/gold their spans`);
  process.exit(2);
}
const { parse } = await loadPackage();
const scores = [];
for (const path of await goldFiles(join(dir, 'gold'))) {
  if (!path.includes(values.file)) continue;
  const gold = JSON.parse(await readFile(join(dir, 'gold', path), 'utf8'));
  const name = path.slice(0, -'.spans.json'.length);
  const text = await readFile(join(dir, 'dev', name), 'utf8');
  scores.push({ name, text, ...score(gold, parse(text, { fileName: name })) });
}
printTable(scores);
printMisses(scores, values.misses);

function readArguments(args) {
  const found = { misses: 10, file: '' };
  let folder = null;
  for (let i = 0; i < args.length; i += 1) {
    if (args[i] === '--misses') found.misses = Number(args[(i += 1)]);
    else if (args[i] === '--file') found.file = args[(i += 1)];
    else folder = args[i];
  }
  return { values: found, dir: folder };
}

async function goldFiles(folder) {
  const entries = await readdir(folder, { recursive: true });
  return entries.filter((entry) => entry.endsWith('.spans.json')).sort();
}

function score(gold, parsed) {
  const key = (span) => `${span.start} ${span.end} ${span.kind}`;
  const found = new Map(parsed.spans.map((span) => [key(span), span]));
  const wanted = new Map(gold.map((span) => [key(span), span]));
  const missing = gold.filter((span) => !found.has(key(span)));
  const extra = parsed.spans.filter((span) => !wanted.has(key(span)));
  const misnumbered = gold.filter((span) => {
    const match = found.get(key(span));
    return match && (match.step !== span.step || match.traj !== (span.traj ?? 0));
  });
  return {
    detected: parsed.format,
    gold: gold.length,
    found: parsed.spans.length,
    hits: gold.length - missing.length,
    missing,
    extra,
    misnumbered,
  };
}

function f1({ hits, gold, found }) {
  return gold + found === 0 ? 1 : (2 * hits) / (gold + found);
}

function printTable(all) {
  const groups = Map.groupBy
    ? Map.groupBy(all, (one) => one.name.split('/')[0])
    : groupBy(all, (one) => one.name.split('/')[0]);
  console.log('format                 gold  found  hits      F1  step/traj wrong');
  for (const [format, members] of groups) printRow(format, sum(members));
  printRow('all', sum(all));
}

function groupBy(items, keyOf) {
  const groups = new Map();
  for (const item of items) groups.set(keyOf(item), [...(groups.get(keyOf(item)) ?? []), item]);
  return groups;
}

function sum(members) {
  const total = { gold: 0, found: 0, hits: 0, wrong: 0 };
  for (const one of members) {
    total.gold += one.gold;
    total.found += one.found;
    total.hits += one.hits;
    total.wrong += one.misnumbered.length;
  }
  return total;
}

function printRow(name, total) {
  const cells = [total.gold, total.found, total.hits].map((cell) => String(cell).padStart(6));
  const quality = f1(total).toFixed(4).padStart(8);
  console.log(
    `${name.padEnd(20)} ${cells.join(' ')} ${quality} ${String(total.wrong).padStart(6)}`,
  );
}

function printMisses(all, count) {
  const worst = all
    .filter((one) => one.missing.length + one.extra.length + one.misnumbered.length > 0)
    .sort((a, b) => f1(a) - f1(b));
  for (const one of worst) {
    console.log(`\n${one.name} (read as ${one.detected}): F1 ${f1(one).toFixed(4)}`);
    for (const [sign, spans] of [
      ['missing', one.missing],
      ['extra', one.extra],
      ['numbered wrong', one.misnumbered],
    ]) {
      for (const span of spans.slice(0, count))
        console.log(`  ${sign}: ${describe(one.text, span)}`);
    }
  }
}

function describe(text, span) {
  const content = text.slice(span.start, span.end);
  const shown = content.length < 90 ? content : `${content.slice(0, 45)} ... ${content.slice(-40)}`;
  return `${span.traj ?? 0}.${span.step} ${span.kind} ${span.start}-${span.end} ${JSON.stringify(shown)}`;
}
