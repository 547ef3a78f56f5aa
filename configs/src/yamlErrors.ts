import type { YAMLError } from 'yaml';

/** What is wrong with a YAML text, in a sentence for whoever wrote it. */
export function yamlMessage({ code }: Pick<YAMLError, 'code'>): string {
  return MESSAGES[code];
}

const MESSAGES: Readonly<Record<YAMLError['code'], string>> = {
  ALIAS_PROPS: 'an alias (*name) takes no anchor or tag of its own',
  BAD_ALIAS: 'an alias (*name) names an anchor (&name) that does not stand before it',
  BAD_COLLECTION_TYPE: 'the tag does not fit what follows it; leave it out',
  BAD_DIRECTIVE: 'a line with % at the top is no directive of YAML; leave it out',
  BAD_DQ_ESCAPE:
    'there is no such escape in double quotes; write \\\\ for a backslash, or use single quotes',
  BAD_INDENT:
    'the indentation does not fit what is around: keys of one map stand below each other, and a bracket is closed further in than its key',
  BAD_PROP_ORDER: 'an anchor (&name) or tag stands before the dash or key here; put it behind',
  BAD_SCALAR_START: 'a value cannot begin with this character; put the value into quotes',
  BLOCK_AS_IMPLICIT_KEY:
    'a value on this line holds a second "key: value"; put it on a line of its own, or into quotes',
  BLOCK_IN_FLOW: 'inside [ ] and { } a list cannot be written by dashes; write [a, b]',
  DUPLICATE_KEY: 'this key is in the same map twice; leave one out',
  IMPOSSIBLE: 'the text cannot be read as YAML here',
  KEY_OVER_1024_CHARS: 'a key is longer than 1,024 characters; is a colon or a quote missing?',
  MISSING_CHAR: 'a character is missing before this: a closing quote, bracket or comma, or a colon',
  MULTILINE_IMPLICIT_KEY: 'a key goes on over several lines; is a colon or a quote missing?',
  MULTIPLE_ANCHORS: 'a value has two anchors (&name); leave one out',
  MULTIPLE_DOCS: 'the file holds more than one YAML document (--- begins the next); keep one',
  MULTIPLE_TAGS: 'a value has two tags; leave one out',
  NON_STRING_KEY: 'a key is no text; put it into quotes',
  RESOURCE_EXHAUSTION: 'the aliases of the file blow it up beyond all bounds; leave them out',
  TAB_AS_INDENT: 'a tab stands where YAML wants spaces',
  TAG_RESOLVE_FAILED: 'the tag does not fit the value; leave it out',
  UNEXPECTED_TOKEN:
    'this does not belong here; check indentation, quotes and brackets of this line and the one before',
};
