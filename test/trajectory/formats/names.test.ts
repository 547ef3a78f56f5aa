import { expect, test } from 'vitest';
import { verdictsOf } from '../../../server/trajectory/src/containers/verdicts.ts';
import {
  listViews,
  plainView,
  recordViews,
  type View,
} from '../../../server/trajectory/src/containers/views.ts';
import { FORMATS } from '../../../server/trajectory/src/formats/registry.ts';
import { openInput } from '../../../server/trajectory/src/probe.ts';
import { containersOf, generate } from '../generator/combine.ts';
import { DIALECTS } from '../generator/dialects.ts';
import { Random, seedOf } from '../generator/random.ts';

/** The formats that know a view where every one is asked. */
function allThatKnow({ where, probes }: View): string[] {
  return FORMATS.filter(
    ({ record, read, detect }) =>
      (where === '' || record !== undefined || read !== undefined) &&
      probes.some((probe) => detect(probe) !== null),
  ).map(({ id }) => id);
}

test.each(DIALECTS)('$name: no format that knows a view is ruled out by its names', (dialect) => {
  const random = new Random(seedOf(dialect.name));
  for (const container of random.shuffled(containersOf(dialect)).slice(0, 5)) {
    const input = openInput(generate(dialect, container, 0).text, {}, () => undefined);
    if (input.shape === 'text') continue;
    for (const view of [plainView(input), ...listViews(input), ...recordViews(input)]) {
      const asked = [...verdictsOf(view, null)].map(({ format }) => format);
      expect(asked, `${container}, ${view.where}`).toEqual(allThatKnow(view));
    }
  }
});
