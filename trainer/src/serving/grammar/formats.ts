const DAY = String.raw`\d{4}-(?:(?:0[13578]|1[02])-(?:0[1-9]|[12]\d|3[01])|(?:0[469]|11)-(?:0[1-9]|[12]\d|30)|02-(?:0[1-9]|1\d|2[0-8]))`;
const TIME = String.raw`(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d(?:\.\d{1,6})?(?:Z|[+-](?:[01]\d|2[0-3]):[0-5]\d)`;
const BYTE = String.raw`(?:25[0-5]|2[0-4]\d|1\d\d|[1-9]\d|\d)`;
const HEX = '[0-9a-f]';
const LABEL = '[a-z0-9](?:[a-z0-9-]{0,20}[a-z0-9])?';

/**
 * Formats of JSON Schema as patterns, each a part of what the format allows (a February has 28 days here). All other
 * formats are remarks, as the standard has it.
 */
export const FORMATS: ReadonlyMap<string, string> = new Map([
  ['date', `^${DAY}$`],
  ['time', `^${TIME}$`],
  ['date-time', `^${DAY}T${TIME}$`],
  ['uuid', `^${HEX}{8}-${HEX}{4}-[1-8]${HEX}{3}-[89ab]${HEX}{3}-${HEX}{12}$`],
  ['ipv4', String.raw`^${BYTE}(?:\.${BYTE}){3}$`],
  ['hostname', String.raw`^${LABEL}(?:\.${LABEL}){0,3}$`],
  ['email', String.raw`^[a-z0-9_]+(?:[.+-][a-z0-9_]+)*@${LABEL}(?:\.${LABEL}){0,2}\.[a-z]{2,8}$`],
]);
