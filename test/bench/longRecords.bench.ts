import { setTimeout } from 'node:timers/promises';
import { type Bench, type BenchRow, quantile } from './bench.ts';
import { type ServerClient, startServerClient } from './serverClient.ts';

const MB = 1e6;
const EDITS = 6;

export const SHAPES: Record<string, { name: string; text: (bytes: number) => string }> = {
  'a line of messages': { name: 'long.jsonl', text: (bytes) => `${JSON.stringify(chat(bytes))}\n` },
  'an indented value': { name: 'long.json', text: (bytes) => JSON.stringify(chat(bytes), null, 1) },
  'a line among lines': {
    name: 'among.jsonl',
    text: (bytes) =>
      `${JSON.stringify(chat(1000))}\n${JSON.stringify(chat(bytes))}\n${JSON.stringify(chat(1000))}\n`,
  },
  'one message': {
    name: 'message.jsonl',
    text: (bytes) =>
      `${JSON.stringify({
        messages: [
          { role: 'user', content: 'Look around.' },
          { role: 'assistant', content: 'word '.repeat(bytes / 5) },
        ],
      })}\n`,
  },
  'a text in a string': {
    name: 'column.jsonl',
    text: (bytes) => `${JSON.stringify({ id: 1, text: react(bytes) })}\n`,
  },
  'labelled text': { name: 'long.react', text: react },
  'templated text': {
    name: 'long.txt',
    text: (bytes) =>
      turns(
        bytes,
        (i) => `<|im_start|>${i % 2 ? 'assistant' : 'user'}\nturn ${i} ${words(i)}<|im_end|>\n`,
      ),
  },
  'one block of text': {
    name: 'block.react',
    text: (bytes) =>
      `Question: what?\nThought: hm\nAction: look\nObservation: ${'line of a log\n'.repeat(bytes / 14)}`,
  },
};

export const longRecordBenches: Bench[] = Object.keys(SHAPES).flatMap((shape) =>
  [6, 48].map((megabytes) => ({
    name: `server long ${megabytes} ${shape}`,
    run: () => measure(shape, megabytes),
  })),
);

async function measure(shape: string, megabytes: number): Promise<BenchRow[]> {
  const { name, text } = SHAPES[shape]!;
  const client = await startServerClient('server');
  const witness = openWitness(client);
  const given = text(megabytes * MB);
  const places = await watched(witness, async () => {
    client.open(name, given);
    await everything(client, 0);
  });
  const lines = given.split('\n').length;
  const colours: number[] = [];
  const after: number[] = [];
  for (let i = 0; i < EDITS; i += 1) {
    const line = lines > 10 ? Math.floor(((i + 1) / (EDITS + 1)) * lines) : lines > 2 ? 1 : 0;
    const character = lines > 10 ? 2 : Math.floor(((i + 1) / (EDITS + 1)) * given.length);
    const longest = await watched(witness, async () => {
      client.type(line, character);
      colours.push(await client.time('textDocument/semanticTokens/range', rangeAt(line)));
      await setTimeout(200);
      await everything(client, line);
    });
    after.push(longest);
  }
  const bytes = client.residentBytes();
  client.close();
  await setTimeout(3000);
  const left = client.residentBytes();
  await client.end();
  const title = `server, ${megabytes} MB of ${shape}`;
  return [
    { name: `${title}: longest silence, opened`, value: places, unit: 'ms' },
    {
      name: `${title}: longest silence after an edit`,
      value: Math.max(...after),
      unit: 'ms',
      atMost: 100,
    },
    {
      name: `${title}: colours after an edit`,
      value: quantile(colours, 0.95),
      unit: 'ms',
      atMost: 100,
    },
    { name: `${title}: memory`, value: bytes / MB, unit: 'MB' },
    { name: `${title}: memory, closed`, value: left / MB, unit: 'MB' },
  ];
}

function rangeAt(line: number) {
  return { range: { start: { line, character: 0 }, end: { line: line + 50, character: 0 } } };
}

/** What an editor asks after a pause. */
async function everything(client: ServerClient, line: number): Promise<void> {
  await Promise.all([
    client.time('textDocument/semanticTokens/full'),
    client.time('textDocument/diagnostic'),
    client.time('textDocument/foldingRange'),
    client.time('textDocument/documentSymbol'),
    client.time('textDocument/codeLens'),
    client.time('textDocument/documentLink'),
    client.time('textDocument/inlayHint', rangeAt(line)),
    client.time('textDocument/hover', { position: { line, character: 2 } }),
  ]);
}

/** Another document, whose requests show whether the server answers. */
function openWitness(client: ServerClient): () => Promise<number> {
  const uri = 'file:///nowhere/witness.jsonl';
  const textDocument = {
    uri,
    languageId: 'jsonl',
    version: 1,
    text: `${JSON.stringify(chat(500))}\n`,
  };
  client.notify('textDocument/didOpen', { textDocument });
  return async () => {
    const began = performance.now();
    await client.ask('textDocument/hover', {
      textDocument: { uri },
      position: { line: 0, character: 5 },
    });
    return performance.now() - began;
  };
}

/** The longest that the witness waited while something went on. */
async function watched(witness: () => Promise<number>, work: () => Promise<void>): Promise<number> {
  const done = new AbortController();
  let longest = 0;
  const watch = (async () => {
    for (;;) {
      longest = Math.max(longest, await witness());
      if (done.signal.aborted) return;
      await setTimeout(10);
    }
  })();
  await work();
  done.abort();
  await watch;
  return longest;
}

function chat(bytes: number) {
  const messages: object[] = [{ role: 'user', content: 'Look around.' }];
  for (let size = 0; size < bytes;) {
    const i = messages.length;
    const id = `call_${i}`;
    const content = `turn ${i}: ${words(i)}`;
    messages.push(
      {
        role: 'assistant',
        content,
        tool_calls: [
          { id, type: 'function', function: { name: 'look', arguments: '{"at":"door"}' } },
        ],
      },
      { role: 'tool', tool_call_id: id, content: words(i + 1) },
    );
    size += 2 * content.length + 230;
  }
  return { messages };
}

function react(bytes: number): string {
  return `Question: what?\n${turns(bytes, (i) => `Thought: ${words(i)}\nAction: look at ${i}\nObservation: ${words(i + 1)}\n`)}`;
}

function turns(bytes: number, turn: (i: number) => string): string {
  const parts: string[] = [];
  for (let size = 0; size < bytes;) {
    const part = turn(parts.length);
    parts.push(part);
    size += part.length;
  }
  return parts.join('');
}

function words(i: number): string {
  return `the ${i % 7} of ${i % 11} lies there; `.repeat(5 + (i % 13));
}
