import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import {
  indexCloseRequest,
  indexCompareRequest,
  indexFiltersRequest,
  indexOpenRequest,
  indexRecordRequest,
  indexRowsRequest,
  indexSearchRequest,
  indexSimilarRequest,
  indexTextRequest,
  type SearchMatch,
} from '@deepcoder/server-protocol';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { URI } from 'vscode-uri';
import { buildProgram } from '../../support/deepcoderProgram.ts';
import {
  eventually,
  startLanguageServer,
  type LanguageServer,
} from '../../support/languageServer.ts';
import { RECORD } from './lspTexts.ts';

let folder: string;
let server: LanguageServer;

beforeAll(async () => {
  await buildProgram();
  folder = mkdtempSync(path.join(tmpdir(), 'dc-'));
  server = await startLanguageServer({ folder });
}, 120_000);

afterAll(async () => {
  await server.end();
  rmSync(folder, { recursive: true, force: true });
});

describe('the index of large files', () => {
  test('records are sorted and filtered by what the log says of them', async () => {
    const file = path.join(folder, 'scored.jsonl');
    const says = [{ reward: 0.5 }, { reward: 2, error: 'lost' }, {}, { reward: 10, model: 'o' }];
    const lines = says.map((says, i) =>
      JSON.stringify({ ...(JSON.parse(RECORD) as object), ...says, id: `r${i}` }),
    );
    writeFileSync(file, `${lines.join('\n')}\n`);
    const { handle } = await server.ask(indexOpenRequest, { uri: URI.file(file).toString() });
    const rows = async (choice: object) => {
      const page = { handle, from: 0, count: 9, record: 0, ...choice };
      const answer = await server.ask(indexRowsRequest, page);
      return { ...answer, rows: answer.rows.map(({ record }) => record) };
    };
    expect(await rows({})).toEqual({ total: 4, rows: [0, 1, 2, 3], place: 0, problem: '' });
    const byScore = await rows({ order: 'score' });
    expect(byScore).toMatchObject({ rows: [0, 1, 3, 2], place: 0 });
    // What says nothing of it comes last either way.
    expect(await rows({ order: 'score', descending: true })).toMatchObject({
      rows: [3, 1, 0, 2],
      place: 2,
    });
    expect(await rows({ descending: true })).toMatchObject({ rows: [3, 2, 1, 0] });
    expect(await rows({ filter: 'score>1', order: 'name' })).toMatchObject({
      ...{ total: 2, rows: [1, 3], place: -1 },
    });
    expect(await rows({ filter: 'score>x' })).toMatchObject({
      ...{ total: 4, problem: '“score>x”: x is no number' },
    });
    expect(await server.ask(indexFiltersRequest, { handle })).toEqual({
      filters: ['status:error', 'model:o'],
    });
    const record = await server.ask(indexRecordRequest, { handle, record: 1 });
    expect(record?.facts).toMatchObject({ score: 2, status: 'error' });
    await server.ask(indexCloseRequest, { handle });
  });

  test('the steps of two records stand side by side, also of two files', async () => {
    const handles: number[] = [];
    for (const [i, text] of [RECORD, RECORD.replace('two files', 'no files')].entries()) {
      const file = path.join(folder, `side${i}.jsonl`);
      writeFileSync(file, `${text}\n${text}\n`);
      const { handle } = await server.ask(indexOpenRequest, { uri: URI.file(file).toString() });
      handles.push(handle);
    }
    const [left = -1, right = -1] = handles;
    const compared = async (a: object, b: object) => {
      const both = {
        left: { handle: left, record: 0, ...a },
        right: { handle: left, record: 1, ...b },
      };
      return (await server.ask(indexCompareRequest, both))?.steps.map(({ isSame, leftStep }) => [
        leftStep,
        isSame,
      ]);
    };
    expect(await compared({}, {})).toEqual([
      [0, true],
      [1, true],
      [2, true],
    ]);
    expect(await compared({}, { handle: right })).toEqual([
      [0, true],
      [1, true],
      [2, false],
    ]);
    expect(await compared({}, { record: 9 })).toBeUndefined();
    for (const handle of handles) await server.ask(indexCloseRequest, { handle });
  });

  test('records that are like a text or like one of them', async () => {
    const file = path.join(folder, 'alike.jsonl');
    const about = ['plants in the garden', 'flights to Rome', 'the red fence', 'a flight to Oslo'];
    const lines = about.map((text, i) =>
      RECORD.replace('r1', `r${i}`).replace('a.txt', text).replace('list', `see ${text}`),
    );
    writeFileSync(file, `${lines.join('\n')}\n`);
    const { handle } = await server.ask(indexOpenRequest, { uri: URI.file(file).toString() });
    const asked = (question: object) => server.ask(indexSimilarRequest, { handle, ...question });
    await eventually(async () => (await asked({ query: 'flights' })).isComplete);
    const byText = await asked({ query: 'flights', limit: 2 });
    expect(byText).toMatchObject({ indexed: 4, isFull: false });
    expect(byText.matches.map(({ record }) => record).sort()).toEqual([1, 3]);
    const [first] = (await asked({ record: 1 })).matches;
    expect(first).toMatchObject({ record: 3, id: 'r3' });
    await server.ask(indexCloseRequest, { handle });
  });

  test('records, texts and search of a file that no editor has open', async () => {
    const file = path.join(folder, 'large.jsonl');
    const lines = Array.from({ length: 3000 }, (_, i) =>
      RECORD.replace('r1', `record ${i}`).replace(
        'two files',
        `it is ${i} "quoted" files`.replaceAll('"', '\\"'),
      ),
    );
    writeFileSync(file, `${lines.join('\n')}\n`);
    const opened = await server.ask(indexOpenRequest, { uri: URI.file(file).toString() });
    const { handle } = opened;
    expect(opened).toMatchObject({ format: 'openai_chat' });
    await eventually(async () => {
      const { total } = await server.ask(indexRowsRequest, { handle, from: 0, count: 1 });
      return total === 3000;
    });
    const { rows } = await server.ask(indexRowsRequest, { handle, from: 1000, count: 2 });
    expect(rows).toMatchObject([
      { record: 1000, records: 1, id: 'record 1000', byKind: { action: 2 } },
      { record: 1001 },
    ]);
    const record = await server.ask(indexRecordRequest, { handle, record: 1000, maxCharacters: 5 });
    expect(record!.spans.map(({ kind, text }) => `${kind} ${text}`)).toEqual([
      'task list ',
      'reasoning hm',
      'action ls',
      'action {"all',
      'observation a.txt',
      'answer it is',
    ]);
    expect(record!.spans.map(({ pair }) => pair)).toEqual([-1, -1, 4, 4, 2, -1]);
    const text = await server.ask(indexTextRequest, {
      handle,
      record: 1000,
      span: 5,
      from: 6,
      length: 13,
    });
    expect(text).toEqual({ text: '1000 "quoted"', total: 25 });
    for (const [query, record] of [
      ['is 2345 ', 2345],
      ['IS 1717 "QUOTED" F', 1717],
    ] as const) {
      expect(await searchAll(handle, query)).toMatchObject([{ record, span: 5, kind: 'answer' }]);
    }
    await server.ask(indexCloseRequest, { handle });
    await expect(server.ask(indexRowsRequest, { handle, from: 0, count: 1 })).rejects.toThrow();
  });

  test('all matches of a record come, also where there are more than were asked for', async () => {
    const file = path.join(folder, 'many.jsonl');
    const many = RECORD.replace('two files', 'needle '.repeat(150));
    writeFileSync(file, `${many}\n${RECORD.replace('two files', 'a needle')}\n`);
    const { handle } = await server.ask(indexOpenRequest, { uri: URI.file(file).toString() });
    const found = await searchAll(handle, 'needle');
    expect(found.map(({ record, offset }) => `${record} ${offset}`)).toEqual([
      ...Array.from({ length: 150 }, (_, i) => `0 ${7 * i}`),
      '1 2',
    ]);
  });

  test('a file that is not there is refused by name', async () => {
    const uri = URI.file(path.join(folder, 'nowhere.jsonl')).toString();
    await expect(server.ask(indexOpenRequest, { uri })).rejects.toThrow('nowhere.jsonl');
  });
});

/** All matches, page by page, as a client goes on. */
async function searchAll(handle: number, query: string): Promise<SearchMatch[]> {
  const all: SearchMatch[] = [];
  for (let from: number | null = 0; from !== null;) {
    const { matches, next }: { matches: SearchMatch[]; next: number | null } = await server.ask(
      indexSearchRequest,
      { handle, query, from, limit: 3 },
    );
    for (const { excerpt, at: start, length } of matches) {
      expect(excerpt.slice(start, start + length).toLowerCase()).toBe(query.toLowerCase());
    }
    all.push(...matches);
    from = next;
  }
  return all;
}
