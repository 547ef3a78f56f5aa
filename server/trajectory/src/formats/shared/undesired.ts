import { get, isFalse, isNull } from '../../json/jsonNode.ts';
import type { JsonNode } from '../../json/jsonTree.ts';

/** KTO's rows say of each completion whether it is wanted. */
export function isUndesired(record: JsonNode): boolean {
  const completion = get(record, 'completion');
  return completion !== null && !isNull(completion) && isFalse(get(record, 'label'));
}
