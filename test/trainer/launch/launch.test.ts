import { describe, expect, test } from 'vitest';
import { explainEnd } from '../../../trainer/src/launch/explainEnd.ts';
import { mpirunCommand } from '../../../trainer/src/launch/mpirunCommand.ts';
import { decodeNote, encodeNote } from '../../../trainer/src/launch/notes.ts';

const MEMBERS = [
  { host: 'node1.cluster', pid: 10 },
  { host: 'node2.cluster', pid: 11 },
];

describe('who ended the ranks, as launchers say it', () => {
  test.each([
    [
      'hydra, a signal',
      `=   BAD TERMINATION OF ONE OF YOUR APPLICATION PROCESSES
=   PID 11 RUNNING AT node2
=   EXIT CODE: 9
YOUR APPLICATION TERMINATED WITH THE EXIT STRING: Killed (signal 9)`,
      { rank: 1, host: 'node2', pid: 11, how: 'was killed (signal 9)' },
    ],
    [
      'hydra, an exit code',
      `=   BAD TERMINATION OF ONE OF YOUR APPLICATION PROCESSES
=   PID 10 RUNNING AT 10.77.0.1
=   EXIT CODE: 3`,
      { rank: 0, host: '10.77.0.1', pid: 10, how: 'ended with exit code 3' },
    ],
    [
      'hydra, a process that nobody knows',
      '=   PID 99 RUNNING AT node2\n=   EXIT CODE: 3',
      { rank: null, host: 'node2', pid: 99, how: 'ended with exit code 3' },
    ],
    [
      'Open MPI 5',
      'prterun noticed that process rank 1 with PID 28926 on node vm exited on\nsignal 9 (Killed).',
      { rank: 1, host: 'vm', pid: 28926, how: 'was killed (signal 9)' },
    ],
    [
      'Open MPI 4',
      'mpirun noticed that process rank 0 with PID 0 on node vm exited on signal 11 (Segmentation fault).',
      { rank: 0, host: 'vm', pid: null, how: 'was killed (signal 11)' },
    ],
    ['something else', 'mpirun: command not found', null],
  ])('%s', (_, said, culprit) => {
    expect(explainEnd(said, MEMBERS)).toEqual(culprit);
  });
});

describe('notes of ranks', () => {
  const notes = [
    { run: { folder: '/runs/a', members: MEMBERS } },
    { failure: { code: 'rank-lost', message: 'rank 1 on "x"\nis gone', exitCode: 5 } },
    { end: 'finished' as const },
  ];
  test.each(notes)('come back as they were written: %j', (note) => {
    const text = encodeNote(note);
    expect(text.indexOf('\n')).toBe(text.length - 1);
    // A launcher may write the rank before each line.
    expect(decodeNote(`[1] ${text.trimEnd()}`)).toEqual(note);
  });
  test.each(['', 'step 3', '@deepcoder {', '@deepcoder {"end":"lost"}'])('%j is none', (line) => {
    expect(decodeNote(line)).toBeNull();
  });
});

describe('how a launcher is called', () => {
  const program = ['node', 'deepcoder.mjs'];
  const env = { DEEPCODER_RANKS: '2' };
  test('MPICH passes the whole environment on', () => {
    const mpi = { mpirun: '/m/bin/mpirun', library: '/m/lib/libmpi_abi.so.1', place: 'PATH' };
    const made = mpirunCommand(mpi, { ranks: 2, hosts: ['a:1', 'b:1'], env }, program);
    expect(made).toEqual({
      command: '/m/bin/mpirun',
      args: ['-hosts', 'a:1,b:1', '-n', '2', ...program],
      env,
    });
  });
  test('Open MPI is told of each variable, and not to bind two ranks to one core each', () => {
    const mpi = { mpirun: '/o/bin/mpirun', library: '/o/lib/libmpi.so.40', place: 'PATH' };
    const { args } = mpirunCommand(mpi, { ranks: 2, env }, program);
    expect(args.join(' ')).toBe(
      '-n 2 --bind-to none --map-by :OVERSUBSCRIBE -x DEEPCODER_RANKS node deepcoder.mjs',
    );
  });
});
