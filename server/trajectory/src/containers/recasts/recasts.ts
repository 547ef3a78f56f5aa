import { knownNames } from '../../json/keyNames.ts';
import type { JsonNode } from '../../json/jsonTree.ts';
import type { Layer } from '../layers.ts';
import { MESSAGE_RECASTS } from './messages.ts';
import type { Recast } from './recast.ts';
import { RECORD_RECASTS } from './records.ts';

/** The arrangement that some of these values have, as a step that sets all of them out. */
export function recastOf(samples: readonly JsonNode[]): Layer | null {
  const names = knownNames(samples);
  const fits = ({ of }: Recast): boolean => samples.some((value) => of(value) !== null);
  const found =
    RECORD_RECASTS.find((recast) => names.inRecords(recast.names) && fits(recast)) ??
    MESSAGE_RECASTS.find((recast) => names.inMessages(recast.names) && fits(recast));
  if (!found) return null;
  return {
    where: found.where,
    unwrap: (value) => [{ value: found.of(value) ?? value, name: null }],
  };
}
