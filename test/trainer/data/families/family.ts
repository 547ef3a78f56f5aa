/** A chat template as checkpoints of a family carry it, with the tokens that it names. */
export interface Family {
  name: string;
  /** Tokens that are marked special. */
  special: string[];
  bos: string | null;
  eos: string;
  /** All that a server stops at. */
  stops: string[];
  /** It refuses some conversations: of an agent that speaks twice, or of no turns by turns. */
  refuses?: boolean;
  template: string;
}
