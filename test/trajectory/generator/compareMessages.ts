import type { Call, Parsed, Trajectory } from '@deepcoder/trajectory';
import type { Call as WantedCall, Canonical } from './canonical.ts';
import type { Generated } from './combine.ts';
import { canonicalJson, jsonValue } from './compare.ts';
import { trimmed } from './contents.ts';
import type { Json } from './json.ts';

/** What differs between the messages of the trajectories and the canonical ones: roles, calls, results. */
export function messageFaults(file: Generated, parsed: Parsed): string[] {
  const { dialect, from = 0 } = file;
  if (dialect.messages === 'none') return [];
  const checks = {
    outline: true,
    calls: true,
    names: true,
    values: true,
    ids: true,
    ...dialect.messages,
  };
  const wanted = file.trajectories.slice(from === 0 ? 0 : 1);
  const read = parsed.trajectories.slice(-wanted.length);
  if (parsed.trajectories.length < wanted.length)
    return [
      `${String(parsed.trajectories.length)} trajectories instead of ${String(wanted.length)}`,
    ];
  return wanted.flatMap((one, i) => {
    const [is, should] = [outline(read[i]!), wantedOutline(one)].map((roles) =>
      checks.calls ? roles : roles.map((role) => role.replace(/\(.*/, '')),
    ) as [string[], string[]];
    const faults: string[] = [];
    if (checks.outline && is.join(' ') !== should.join(' '))
      faults.push(`roles ${is.join(' ')}`, `not   ${should.join(' ')}`);
    return checks.calls ? [...faults, ...callFaults(read[i]!, one, checks)] : faults;
  });
}

/** Roles in order: user messages one after the other are one, blank ones none. */
function outline({ messages }: Trajectory): string[] {
  const roles = messages
    .filter((one) => one.role === 'assistant' || one.role === 'tool' || one.pieces.length > 0)
    .map((one) => (one.role === 'assistant' ? `assistant(${String(one.calls.length)})` : one.role));
  return roles.filter((role, i) => role !== 'user' || roles[i - 1] !== 'user');
}

function wantedOutline({ system, rounds }: Canonical): string[] {
  const roles = rounds.flatMap(({ user, turns }) => [
    ...(user.some((text) => trimmed(text) !== '') ? ['user'] : []),
    ...turns.flatMap(({ calls }) => [
      `assistant(${String(calls.length)})`,
      ...calls.filter((call) => call.result !== null).map(() => 'tool'),
    ]),
  ]);
  return system === null ? roles : ['system', ...roles];
}

interface Checks {
  names: boolean;
  values: boolean;
  ids: boolean;
}

function callFaults({ messages }: Trajectory, one: Canonical, checks: Checks): string[] {
  const read = messages.flatMap((message) => (message.role === 'assistant' ? message.calls : []));
  const wanted = one.rounds.flatMap(({ turns }) => turns.flatMap(({ calls }) => calls));
  const faults = wanted.flatMap((call, i) => (read[i] ? callFault(read[i], call, checks) : []));
  if (!checks.ids) return faults;
  const answered = messages.flatMap((message) => (message.role === 'tool' ? [message.callId] : []));
  const ids = wanted.filter((call) => call.result).map((call) => call.id);
  const isWrong = ids.some((id, i) => id !== answered[i]);
  return isWrong
    ? [...faults, `results of ${answered.join(', ')} instead of ${ids.join(', ')}`]
    : faults;
}

function callFault(read: Call, wanted: WantedCall, { names, values, ids }: Checks): string[] {
  const faults: string[] = [];
  if (names && read.name?.text !== wanted.name)
    faults.push(`call ${read.name?.text ?? 'without name'} instead of ${wanted.name}`);
  if (ids && read.id !== wanted.id) faults.push(`id ${read.id ?? 'none'} instead of ${wanted.id}`);
  if (!values) return faults;
  const text = read.json ?? read.arguments?.text ?? '{}';
  const value = jsonValue(text);
  if (value === undefined || !sameValue(value, wanted.args))
    faults.push(`arguments ${text.slice(0, 120)} instead of ${wanted.text.slice(0, 120)}`);
  return faults;
}

/** A file's line ends are those of the texts in it. */
function sameLines(read: string, wanted: string): boolean {
  const [a, b] = [read, wanted].map((text) => trimmed(text).replaceAll('\r\n', '\n'));
  return a === b;
}

/** A text without a schema can say a number where the string of its digits was meant. */
function sameValue(read: Json, wanted: Json): boolean {
  if (typeof wanted === 'string') {
    if (typeof read === 'string') return sameLines(read, wanted);
    const meant = jsonValue(wanted);
    return meant !== undefined && canonicalJson(meant) === canonicalJson(read);
  }
  if (wanted === null || typeof wanted !== 'object') return read === wanted;
  if (read === null || typeof read !== 'object' || Array.isArray(read) !== Array.isArray(wanted))
    return false;
  const [a, b] = [Object.entries(read), Object.entries(wanted)];
  return (
    a.length === b.length &&
    b.every(([key, item]) => key in read && sameValue((read as Record<string, Json>)[key]!, item))
  );
}
