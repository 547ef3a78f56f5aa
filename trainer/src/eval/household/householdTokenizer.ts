import { wordLevelTokenizer, type WordLevelFiles } from '../../tokenizer/wordLevelTokenizer.ts';
import { lexicon } from './lexicon.ts';

/** The tokenizer that teacher and student of the household share: one token a word, and no word missing. */
export function householdTokenizer(): WordLevelFiles {
  return wordLevelTokenizer([lexicon()]);
}
