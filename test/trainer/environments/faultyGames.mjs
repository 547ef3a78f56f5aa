// Games for tests of the protocol, with every fault that a program can have. The game's number decides:
// index % 10 = 1: dies at its first step, once (a file remembers); 2: never answers a step, once; 3: says that the
// game failed, always; 4: writes what is no JSON, once; 5: answers a step late.
import { existsSync, writeFileSync } from 'node:fs';
import { createInterface } from 'node:readline';

const [folder] = process.argv.slice(2);
const games = new Map();
/** @param {unknown} answer */
const say = (answer) => process.stdout.write(`${JSON.stringify(answer)}\n`);
/** @param {string} what */
const once = (what) => {
  const file = `${folder}/${what}`;
  if (existsSync(file)) return false;
  writeFileSync(file, '');
  return true;
};

process.stderr.write('faulty games began\n');
createInterface({ input: process.stdin }).on('line', (line) => {
  const { id, op, game, split, seed, index, action } = JSON.parse(line);
  if (op === 'hello') say({ id, version: 'faulty 1', splits: ['test'] });
  else if (op === 'reset') {
    games.set(game, { index, steps: 0 });
    say({
      id,
      task: `count to 2 in ${split}/${seed}/${index}.`,
      observation: 'one\n two',
      kind: 'count',
    });
  } else if (op === 'valid') say({ id, actions: ['one', 'two'] });
  else if (op === 'expert') say({ id, turns: [{ action: 'one' }, { action: 'two' }] });
  else if (op === 'step') step(id, games.get(game), action);
});

/**
 * @param {number} id
 * @param {{ index: number, steps: number }} state
 * @param {string} action
 */
function step(id, state, action) {
  const fault = state.index % 10;
  const name = `game-${state.index}`;
  if (fault === 1 && once(name)) process.exit(7);
  if (fault === 2 && once(name)) return;
  if (fault === 3) return say({ id, error: 'ValueError: this game is broken' });
  if (fault === 4 && once(name)) return process.stdout.write('printed by a library\n');
  state.steps++;
  const answer = {
    id,
    observation: `you said ${action}`,
    done: state.steps === 2,
    success: state.steps === 2,
  };
  if (fault === 5) setTimeout(() => say(answer), 300);
  else say(answer);
}
