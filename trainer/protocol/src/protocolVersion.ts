/** Version of everything in this package; a reader refuses what a newer program wrote. */
export const PROTOCOL_VERSION = 1;
