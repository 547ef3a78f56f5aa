/** Where a larger share of a text's tokens is unknown to the tokenizer, a student hardly learns that text any more. */
export const UNKNOWN_SHARE_TO_WARN = 0.02;
