import { isProblemCode, PROBLEMS, type ProblemCode } from './problem-codes.ts';

export const PROBLEM_MEDIA_TYPE = 'application/problem+json';

/** Seconds after which a caller may try again what the gateway could not do just now. */
const RETRY_AFTER_SECONDS = 1;

/** One fault of a request: where, and what. In a policy file also its file, line and column. */
export type FieldError = {
  pointer: string;
  message: string;
  file?: string;
  line?: number;
  column?: number;
  hint?: string;
};

/** The body of every answer that is an error (RFC 9457). */
export type Problem = {
  type: string;
  title: string;
  status: number;
  /** For people; may change. Programs look at `code`. */
  detail: string;
  code: ProblemCode;
  /** Where the request is wrong, by JSON pointer. */
  errors?: readonly FieldError[];
  trace_id?: string;
};

/** What the HTTP edge itself refuses. Errors of lower folders need no class of this one: their `code` says it all. */
export class HttpError extends Error {
  readonly code: ProblemCode;
  readonly errors?: readonly FieldError[];
  readonly headers?: Readonly<Record<string, string>>;

  constructor(
    code: ProblemCode,
    detail: string,
    more: { errors?: readonly FieldError[]; headers?: Readonly<Record<string, string>> } = {},
  ) {
    super(detail);
    this.code = code;
    if (more.errors !== undefined) this.errors = more.errors;
    if (more.headers !== undefined) this.headers = more.headers;
  }
}

/**
 * The problem that an error is to the outside.
 *
 * An error with a code of the registry below 500 keeps its message, which its folder wrote for people. From 500 on,
 * and for every other error, the message stays inside: it may name files, hosts or values. Never throws.
 */
export function toProblem(error: unknown): Problem {
  const code = codeOf(error);
  const { status, title } = PROBLEMS[code];
  const problem: Problem = {
    type: `urn:aisecops:problem:${code}`,
    title,
    status,
    detail: isPublic(error, status) ? error.message : hiddenDetail(code, error),
    code,
  };
  const errors = memberOf(error, 'errors');
  if (isFieldErrors(errors) && status < 500) problem.errors = errors;
  const traceId = memberOf(error, 'trace_id');
  if (typeof traceId === 'string') problem.trace_id = traceId;
  return problem;
}

/** What everyone may know of a failure of ours: of a damaged log also which event it is, and never a path. */
function hiddenDetail(code: ProblemCode, error: unknown): string {
  const sequence = memberOf(error, 'sequence');
  if (code !== 'audit_damaged' || typeof sequence !== 'number') return `${PROBLEMS[code].title}.`;
  return (
    `Event ${sequence} of the audit log is not what was written. Nothing is shown in its place: whoever runs the ` +
    'gateway finds the file in its process log, and the way out in docs/operations.md.'
  );
}

/** Messages of our own refusals are written for the caller; the framework's repeat the request or say little. */
function isPublic(error: unknown, status: number): error is Error {
  return (
    status < 500 && error instanceof Error && error.message !== '' && isProblemCode(memberOf(error, 'code'))
  );
}

/** The headers that go with a problem: when to come back, how to authenticate, what else the error asks for. */
export function problemHeaders(problem: Problem, error: unknown): Record<string, string> {
  const headers: Record<string, string> = {};
  if (problem.status === 401) headers['www-authenticate'] = 'Bearer realm="aisecops"';
  if (problem.status === 429 || problem.status === 503) headers['retry-after'] = String(RETRY_AFTER_SECONDS);
  return error instanceof HttpError ? { ...headers, ...error.headers } : headers;
}

/** Fastify names what it refuses by codes of its own; everything of it that is not here is judged by status. */
const FASTIFY_CODES: Readonly<Record<string, ProblemCode>> = {
  FST_ERR_CTP_BODY_TOO_LARGE: 'body_too_large',
  FST_ERR_CTP_INVALID_MEDIA_TYPE: 'unsupported_media_type',
  FST_ERR_CTP_EMPTY_TYPE: 'unsupported_media_type',
  FST_ERR_NOT_FOUND: 'route_not_found',
  // A path that leaves the directory of static files.
  FST_STATIC_FORBIDDEN_PATH: 'route_not_found',
};

function codeOf(error: unknown): ProblemCode {
  const code = memberOf(error, 'code');
  if (isProblemCode(code)) return code;
  const status = memberOf(error, 'statusCode');
  // The caller hung up in mid-body.
  if (code === 'ECONNRESET' && status === 400) return 'invalid_request';
  if (typeof code !== 'string') return 'internal_error';
  if (Object.hasOwn(FASTIFY_CODES, code)) return FASTIFY_CODES[code] ?? 'internal_error';
  if (!code.startsWith('FST_ERR_')) return 'internal_error';
  return typeof status === 'number' && status >= 400 && status < 500 ? 'invalid_request' : 'internal_error';
}

function memberOf(value: unknown, name: string): unknown {
  return value instanceof Error ? (value as unknown as Record<string, unknown>)[name] : undefined;
}

function isFieldErrors(value: unknown): value is readonly FieldError[] {
  return Array.isArray(value) && value.every((entry) => typeof entry?.pointer === 'string');
}
