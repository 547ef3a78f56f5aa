import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { verdictRequest } from '@deepcoder/server-protocol';
import { afterEach, beforeAll, expect, onTestFinished, test } from 'vitest';
import type { DocumentSymbol, InitializeParams, InlayHint } from 'vscode-languageserver';
import { buildProgram } from '../../support/deepcoderProgram.ts';
import {
  eventually,
  startLanguageServer,
  type LanguageServer,
  type ServerOptions,
} from '../../support/languageServer.ts';
import { workshop } from '../../support/workshop.ts';
import { REACT } from './lspTexts.ts';

let folder: string;
const running: LanguageServer[] = [];

beforeAll(async () => {
  await buildProgram();
  folder = mkdtempSync(path.join(tmpdir(), 'dc-'));
  return () => rmSync(folder, { recursive: true, force: true });
}, 120_000);

afterEach(async () => {
  for (const server of running.splice(0)) await server.end();
});

async function start(options: Partial<ServerOptions>): Promise<LanguageServer> {
  const capabilities: InitializeParams['capabilities'] = { textDocument: { diagnostic: {} } };
  const server = await startLanguageServer({ folder, capabilities, ...options });
  running.push(server);
  return server;
}

const LOG = `> list
< a.txt
> stop
`;
const MINE = { rules: { mine: { action: '^> ', observation: '^< ' } } };

async function formatOf(server: LanguageServer, uri: string): Promise<string> {
  return (await server.ask(verdictRequest, { uri }))!.format;
}

/** Kinds and texts of the outline's spans. */
async function spansOf(server: LanguageServer, uri: string): Promise<string[]> {
  const symbols = await server.connection.sendRequest<DocumentSymbol[] | null>(
    'textDocument/documentSymbol',
    { textDocument: { uri } },
  );
  const leaves = (one: DocumentSymbol): string[] =>
    one.children?.length ? one.children.flatMap(leaves) : [`${one.detail} ${one.name}`];
  return (symbols ?? []).flatMap(leaves);
}

test('formats by glob, from an editor that is asked, and again when they change', async () => {
  let formats: Record<string, string> = { '*.log': 'mine', 'raw/**': 'none' };
  const server = await start({ configuration: () => ({ trajectories: { ...MINE, formats } }) });
  const log = server.open('a.log', LOG, 'trajectory-text');
  const raw = server.open('raw/deep/b.react', REACT, 'trajectory-text');
  const other = server.open('c.react', REACT, 'trajectory-text');
  await eventually(async () => (await formatOf(server, log)) === 'label_rules');
  expect(await spansOf(server, log)).toEqual(['action list', 'observation a.txt', 'action stop']);
  expect(await formatOf(server, raw)).toBe('not_a_trajectory');
  expect(await spansOf(server, raw)).toEqual([]);
  expect(await formatOf(server, other)).toBe('react_text');

  formats = { '*.react': 'none' };
  await server.connection.sendNotification('workspace/didChangeConfiguration', { settings: null });
  await eventually(async () => (await formatOf(server, other)) === 'not_a_trajectory');
  expect(await spansOf(server, log)).not.toContain('action list');
  expect(await formatOf(server, raw)).toBe('not_a_trajectory');
});

test('a choice by hand goes over the settings, until it is taken back', async () => {
  const server = await start({ settings: { trajectories: { formats: { '*.react': 'none' } } } });
  const uri = server.open('d.react', REACT, 'trajectory-text');
  expect(await formatOf(server, uri)).toBe('not_a_trajectory');
  const overrule = (format: string | null) =>
    server.connection.sendRequest<{ format: string }>('deepcoder/overrule', { uri, format });
  expect(await overrule('react_text')).toMatchObject({ format: 'react_text' });
  expect(await overrule(null)).toMatchObject({ format: 'not_a_trajectory' });
  await expect(overrule('no_such_format')).rejects.toThrow('no_such_format is no format');
});

test('a client that cannot be asked gives settings at the start, and tells when they change', async () => {
  const server = await start({ settings: { trajectories: { outlineSpans: 1 } } });
  const uri = server.open('e.react', REACT, 'trajectory-text');
  const depth = async (): Promise<number> => (await spansOf(server, uri)).length;
  const before = await depth();
  await server.connection.sendNotification('workspace/didChangeConfiguration', {
    settings: { deepcoder: { trajectories: { outlineSpans: 100 } } },
  });
  expect(await depth()).toBeGreaterThan(before);
});

test('tokens are counted as soon as the setting of a Node that is not there is mended', async () => {
  const shop = await workshop();
  onTestFinished(() => rmSync(shop, { recursive: true, force: true }));
  writeFileSync(path.join(shop, 'deepcoder.yaml'), 'extends: tiny.yaml\n');
  const settings = (nodePath: string) => ({ trainer: { nodePath }, inlayHints: { tokens: true } });
  const server = await start({ folder: shop, settings: settings('/nowhere/node') });
  const uri = server.open('a.react', REACT, 'trajectory-text');
  const label = async (): Promise<string> => {
    const range = { start: { line: 0, character: 0 }, end: { line: 99, character: 0 } };
    const params = { textDocument: { uri }, range };
    const hints = await server.connection.sendRequest<InlayHint[] | null>(
      'textDocument/inlayHint',
      params,
    );
    return JSON.stringify(hints?.map((one) => one.label) ?? []);
  };
  await eventually(async () => (await label()).includes(' ch'));
  // Once it has tried in vain.
  await setTimeout(500);
  expect(await label()).toContain(' ch');
  await server.connection.sendNotification('workspace/didChangeConfiguration', {
    settings: { deepcoder: settings('') },
  });
  await eventually(async () => (await label()).includes(' tok'), 20_000);
}, 60_000);

test('what cannot be is named in the log and counts as not set', async () => {
  const trajectories = { outlineSpans: 'many', formats: { '*.react': 'rect_text' } };
  const server = await start({ settings: { trajectories } });
  const uri = server.open('f.react', REACT, 'trajectory-text');
  expect(await formatOf(server, uri)).toBe('react_text');
  const logged = JSON.stringify(server.heard('window/logMessage'));
  expect(logged).toContain('deepcoder.trajectories.outlineSpans');
  expect(logged).toContain('\\"rect_text\\" is no format');
});

test('an editor that refuses to tell its settings takes nothing down', async () => {
  const server = await start({
    configuration: () => {
      throw new Error('not now');
    },
  });
  const uri = server.open('g.react', REACT, 'trajectory-text');
  expect(await formatOf(server, uri)).toBe('react_text');
  await eventually(() => JSON.stringify(server.heard('window/logMessage')).includes('not now'));
  expect(server.child.exitCode).toBeNull();
});
