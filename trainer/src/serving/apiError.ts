/** What a request is answered with when it cannot be done, in the form of OpenAI's API. */
export class ApiError extends Error {
  override readonly name = 'ApiError';

  constructor(
    readonly status: number,
    readonly code: string,
    message: string,
    readonly more: { param?: string; retryAfterS?: number } = {},
  ) {
    super(message);
  }
}

export function badRequest(param: string, why: string): ApiError {
  return new ApiError(400, 'invalid_request', `${param}: ${why}`, { param });
}

/** The body of an answer that tells of it. */
export function errorBody({ status, code, message, more }: ApiError): object {
  const type =
    status === 429 ? 'rate_limit_error' : status < 500 ? 'invalid_request_error' : 'server_error';
  return { error: { message, type, param: more.param ?? null, code } };
}
