/**
 * Of all messages here. The server tells it in `capabilities.experimental.deepcoder.protocolVersion`;
 * a client that knows only an older one says so instead of asking.
 */
export const SERVER_PROTOCOL_VERSION = 1;
