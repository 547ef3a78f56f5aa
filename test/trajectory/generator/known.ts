/**
 * Of a dialect and what is compared: the containers in which it is read wrongly with the seeds of the fast test.
 * `npm run generate -- known` takes out what is right by now; nothing is added by hand.
 */
export const KNOWN: Readonly<Record<string, string>> = {};
