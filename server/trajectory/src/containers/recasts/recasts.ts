import { isArray } from '../../json/jsonNode.ts';
import { knownNames } from '../../json/keyNames.ts';
import type { JsonNode } from '../../json/jsonTree.ts';
import type { Layer } from '../layers.ts';
import { COLUMN_RECASTS } from './columns.ts';
import { EVALUATION_RECASTS } from './evaluations.ts';
import { MESSAGE_RECASTS } from './messages.ts';
import type { Recast } from './recast.ts';
import { RECORD_RECASTS } from './records.ts';

const OF_RECORDS: readonly Recast[] = [...RECORD_RECASTS, ...EVALUATION_RECASTS, ...COLUMN_RECASTS];

/** The arrangement that some of these values have, as a step that sets all of them out. */
export function recastOf(samples: readonly JsonNode[]): Layer | null {
  const names = knownNames(samples);
  const fits = ({ of }: Recast): boolean => samples.some((value) => of(value) !== null);
  const found =
    OF_RECORDS.find((recast) => names.inRecords(recast.names) && fits(recast)) ??
    MESSAGE_RECASTS.find((recast) => names.inMessages(recast.names) && fits(recast));
  if (!found) return null;
  return {
    where: found.where,
    unwrap(value) {
      const set = found.of(value) ?? value;
      // A message that is several stands for each of them in the list that it is in.
      const values = isArray(set) && !isArray(value) ? set.items : [set];
      return values.map((one) => ({ value: one, name: null }));
    },
  };
}
