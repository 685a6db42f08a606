import type { Readable } from 'node:stream';
import { z } from 'zod';
import { toPointer } from '../json/pointer.ts';
import type { Caller } from '../tokens/caller.ts';
import type { RouteName } from './access.ts';
import { type FieldError, HttpError } from './problem.ts';
import type { ProblemCode } from './problem-codes.ts';

/** What an operation answers, ready for the wire. */
export type Answer = {
  status: number;
  contentType: string;
  /** Text, bytes as they are, or bytes that come one after the other. */
  body: string | Buffer | Readable;
  headers?: Readonly<Record<string, string>>;
  /** What it says will be otherwise in a moment: it is never kept for a retry. */
  isPassing?: true;
};

/** A request after authentication and parsing, before it is held against the schemas of its operation. */
export type RawCall = {
  params: unknown;
  query: unknown;
  /** Strictly parsed JSON; `undefined` where the request had no body. */
  body: unknown;
  /** Absent on public routes. */
  caller: Caller | undefined;
  /** The header `Last-Event-ID`, where there is one that is not empty. */
  lastEventId: string | undefined;
  /** A signal that fires when the caller has gone or the server closes: whatever waits stops waiting. */
  signal: () => AbortSignal;
  /** A signal that fires when the caller has gone; what is under way when the server closes is finished. */
  gone: () => AbortSignal;
};

/** A named example of the OpenAPI document. Request examples are sent to a gateway by a test. */
export type Example = { summary: string; value: unknown; status?: number };

export type BodyDoc = {
  schema: z.ZodType;
  required: boolean;
  /** Where it is not JSON: the bytes come as they arrive, and `schema` describes one line of them. */
  lines?: true;
  examples: Readonly<Record<string, Example>>;
};

export type AnswerDoc = {
  description: string;
  contentType?: string;
  schema?: z.ZodType;
  /** Media types in which the caller may ask for the same as text. */
  alsoAs?: readonly string[];
};

/** One route: what it promises to the outside, and the function that keeps the promise. */
export type Operation = {
  route: RouteName;
  operationId: string;
  tag: string;
  summary: string;
  description: string;
  params: z.ZodObject;
  query: z.ZodObject;
  body?: BodyDoc;
  answers: Readonly<Record<number, AnswerDoc>>;
  /** What can go wrong beyond what can go wrong everywhere. */
  problems: readonly ProblemCode[];
  /** Takes an `Idempotency-Key`. */
  idempotent?: true;
  /** Every call leaves an event: there is no HEAD for it, which would record what nobody got. */
  isRecorded?: true;
  /** Gives the caller's `x-request-id` back as it is, whatever it is in ASCII. */
  echoesRequestId?: true;
  /** The code for a body of the wrong media type, where it is not `unsupported_media_type`. */
  mediaTypeProblem?: ProblemCode;
  /** Largest body in bytes, where it may be larger than that of other routes. */
  bodyLimit?: number;
  /** Goes on behind the `Last-Event-ID` that a caller names. */
  resumes?: true;
  run(call: RawCall): Answer | Promise<Answer>;
};

type Call<P extends z.ZodObject, Q extends z.ZodObject, B extends z.ZodType> = {
  params: z.output<P>;
  query: z.output<Q>;
  body: z.output<B>;
  caller: Caller;
  lastEventId: string | undefined;
  signal: () => AbortSignal;
  gone: () => AbortSignal;
};

type Described = Omit<Operation, 'params' | 'query' | 'body' | 'run'>;

/** What a route says of itself. `body.check` validates; `body.schema` documents, where the two differ. */
type Spec<P extends z.ZodObject, Q extends z.ZodObject, B extends z.ZodType> = Described & {
  params?: P;
  query?: Q;
  body?: {
    check: B;
    schema?: z.ZodType;
    required?: boolean;
    lines?: true;
    examples: BodyDoc['examples'];
  };
  handle(call: Call<P, Q, B>): Answer | Promise<Answer>;
};

type PublicSpec = Described & { handle(): Answer | Promise<Answer> };

const NO_FIELDS = z.strictObject({});

/**
 * An operation for an authenticated caller. `handle` is called with parameters, query and body that fit their
 * schemas; whatever does not fit is refused as `invalid_request` with a pointer for each fault, and an unknown query
 * parameter is a fault, because a mistyped filter must not answer with everything.
 */
export function operation<
  P extends z.ZodObject = typeof NO_FIELDS,
  Q extends z.ZodObject = typeof NO_FIELDS,
  B extends z.ZodType = z.ZodUnknown,
>(spec: Spec<P, Q, B>): Operation {
  const { params = NO_FIELDS, query = NO_FIELDS, body, handle, ...described } = spec;
  const required = body?.required ?? true;
  return {
    ...described,
    params,
    query,
    ...(body && { body: bodyDocOf(body, required) }),
    run: (call) => {
      if (call.caller === undefined) throw new HttpError('unauthenticated', 'A bearer token is needed.');
      if (body !== undefined && required && call.body === undefined) {
        throw new HttpError('body_required', 'The route needs a body.');
      }
      return handle({
        params: checked(params, call.params, '/path') as z.output<P>,
        query: checked(query, call.query, '/query') as z.output<Q>,
        body: (body === undefined ? undefined : checked(body.check, call.body, '')) as z.output<B>,
        caller: call.caller,
        lastEventId: call.lastEventId,
        signal: call.signal,
        gone: call.gone,
      });
    },
  };
}

function bodyDocOf(
  { check, schema = check, lines, examples }: NonNullable<Spec<z.ZodObject, z.ZodObject, z.ZodType>['body']>,
  required: boolean,
): BodyDoc {
  return { schema, required, examples, ...(lines !== undefined && { lines }) };
}

/** An operation without parameters that anyone may call, with or without a token. */
export function publicOperation(spec: PublicSpec): Operation {
  const { handle, ...described } = spec;
  return {
    ...described,
    params: NO_FIELDS,
    query: NO_FIELDS,
    run: (call) => {
      checked(NO_FIELDS, call.query, '/query');
      return handle();
    },
  };
}

/** A JSON answer. */
export function json(value: unknown, status = 200): Answer {
  return jsonText(JSON.stringify(value), status);
}

/** An answer that is JSON already. */
export function jsonText(body: string, status = 200): Answer {
  return { status, contentType: 'application/json; charset=utf-8', body };
}

/** An answer without a body. */
export function noContent(): Answer {
  return { status: 204, contentType: '', body: '' };
}

/** What a value holds by its schema; throws `invalid_request` with a pointer below `place` for each fault. */
export function checked<S extends z.ZodType>(schema: S, value: unknown, place: string): z.output<S> {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const errors = fieldErrors(result.error, place);
  throw new HttpError('invalid_request', sentence(errors), { errors });
}

/** The faults that zod found, by JSON pointer below `place`. An unknown key is pointed at itself, not at its parent. */
export function fieldErrors(error: z.ZodError, place: string): FieldError[] {
  return error.issues.flatMap((issue) => {
    const pointer = place + toPointer(issue.path.map(segment));
    if (issue.code !== 'unrecognized_keys') return [{ pointer, message: issue.message }];
    return issue.keys.map((key) => ({
      pointer: pointer + toPointer([key]),
      message: 'unknown field',
    }));
  });
}

function segment(key: PropertyKey): string | number {
  return typeof key === 'symbol' ? String(key) : key;
}

function sentence(errors: readonly FieldError[]): string {
  const first = errors[0];
  if (first === undefined) return 'The request does not fit the route.';
  const more = errors.length > 1 ? ` (and ${errors.length - 1} more)` : '';
  return `${first.pointer === '' ? 'body' : first.pointer}: ${first.message}${more}`;
}
