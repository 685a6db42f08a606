import type { z } from 'zod';
import type { JsonObject } from '../json/value.ts';
import { ACCESS, type RouteName } from './access.ts';
import { ANSWER_EXAMPLES } from './examples/answers.ts';
import { INTRODUCTION, TAGS } from './introduction.ts';
import { LINES_MEDIA_TYPE } from './json-body.ts';
import { type SchemaBook, schemaBook } from './json-schema.ts';
import type { AnswerDoc, Example, Operation } from './operation.ts';
import { HttpError, PROBLEM_MEDIA_TYPE, toProblem } from './problem.ts';
import { PROBLEMS, type ProblemCode } from './problem-codes.ts';
import { INPUT_SCHEMAS, OUTPUT_SCHEMAS } from './schemas/names.ts';
import { problemSchema } from './schemas/problem.ts';

/** The OpenAPI 3.1 document of these operations. Derived from their schemas, so it says what they do. */
export function openapiDocument(operations: readonly Operation[], version: string): object {
  const books = {
    input: schemaBook(INPUT_SCHEMAS, operations.flatMap(inputsOf), 'input'),
    output: schemaBook(OUTPUT_SCHEMAS, operations.flatMap(outputsOf), 'output'),
  };
  const paths: Record<string, JsonObject> = {};
  for (const operation of operations) {
    const [method = '', url = ''] = operation.route.split(' ');
    const path = url.replace(/:(\w+)/g, '{$1}');
    paths[path] = { ...paths[path], [method.toLowerCase()]: operationObject(operation, books) };
  }
  return {
    openapi: '3.1.0',
    info: {
      title: 'AISecOps Interceptor',
      version,
      description: INTRODUCTION,
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
    },
    tags: TAGS,
    paths,
    components: {
      schemas: { ...books.input.components, ...books.output.components },
      securitySchemes: {
        bearer: {
          type: 'http',
          scheme: 'bearer',
          description: 'The admin token printed at the first start, or one made with `POST /tokens`.',
        },
      },
    },
    security: [{ bearer: [] }],
  };
}

type Books = { input: SchemaBook; output: SchemaBook };

function inputsOf({ params, query, body }: Operation): z.ZodType[] {
  return [params, query, ...(body === undefined ? [] : [body.schema])];
}

function outputsOf({ answers: docs }: Operation): z.ZodType[] {
  return Object.values(docs).flatMap(({ schema }) => schema ?? []);
}

function operationObject(operation: Operation, { input, output }: Books): JsonObject {
  return plain({
    operationId: operation.operationId,
    tags: [operation.tag],
    summary: operation.summary,
    description: `${operation.description}\n\n${accessSentence(operation.route)}`,
    ...(ACCESS[operation.route] === 'public' && { security: [] }),
    parameters: [
      ...parameters(operation.params, 'path', input),
      ...parameters(operation.query, 'query', input),
      ...(operation.idempotent === undefined ? [] : [IDEMPOTENCY_KEY]),
      ...(operation.resumes === undefined ? [] : [LAST_EVENT_ID]),
    ],
    ...(operation.body && {
      requestBody: {
        required: operation.body.required,
        content: {
          [operation.body.lines === undefined ? 'application/json' : LINES_MEDIA_TYPE]: {
            schema: input.schemaOf(operation.body.schema),
            examples: exampleObjects(operation.body.examples),
          },
        },
      },
    }),
    responses: { ...answers(operation, output), ...problems(problemCodesOf(operation), output) },
  });
}

const IDEMPOTENCY_KEY = {
  name: 'Idempotency-Key',
  in: 'header',
  required: false,
  description:
    'Makes a retry safe: within 24 hours the same key and body get the same answer, marked `Idempotent-Replayed: true`. Another body under the key is 409.',
  schema: { type: 'string', pattern: '^[!-~]{1,255}$' },
};

const LAST_EVENT_ID = {
  name: 'Last-Event-ID',
  in: 'header',
  required: false,
  description:
    'The last `id` that was received: what came behind it is sent. Browsers send it by themselves.',
  schema: { type: 'string', pattern: '^[0-9]{1,15}$' },
};

function accessSentence(route: RouteName): string {
  const access = ACCESS[route];
  if (access === 'public') return 'Needs no token.';
  if (access === 'public_on_loopback') {
    return 'Needs no token where the gateway listens on loopback; elsewhere role `operator`, `analyst` or `admin`.';
  }
  return `Roles: ${[...access, 'admin'].map((role) => `\`${role}\``).join(', ')}.`;
}

function parameters(schema: z.ZodObject, place: 'path' | 'query', book: SchemaBook): JsonObject[] {
  const object = book.schemaOf(schema) as { properties?: Record<string, JsonObject>; required?: string[] };
  return Object.entries(object.properties ?? {}).map(([name, property]) => {
    const { description, example, ...rest } = property;
    return plain({
      name,
      in: place,
      required: place === 'path' || (object.required ?? []).includes(name),
      description,
      example,
      schema: rest,
    });
  });
}

function answers({ answers: docs, route }: Operation, book: SchemaBook): JsonObject {
  return Object.fromEntries(
    Object.entries(docs).map(([status, doc]) => [status, answer(doc, ANSWER_EXAMPLES[route], book)]),
  );
}

function answer(doc: AnswerDoc, example: unknown, book: SchemaBook): JsonObject {
  const { schema, description, contentType = 'application/json', alsoAs = [] } = doc;
  if (schema === undefined) return { description };
  const texts = alsoAs.map((type) => [type, { schema: { type: 'string' } }]);
  const content = { [contentType]: { schema: book.schemaOf(schema), example }, ...Object.fromEntries(texts) };
  return plain({ description, content });
}

function exampleObjects(examples: Readonly<Record<string, Example>>): object {
  return Object.fromEntries(
    Object.entries(examples).map(([name, { summary, value, status }]) => [
      name,
      { summary, value, ...(status !== undefined && { 'x-status': status }) },
    ]),
  );
}

/** What the operation says can go wrong, and what can go wrong with every operation of its kind. */
function problemCodesOf(operation: Operation): ProblemCode[] {
  const codes = new Set<ProblemCode>(['invalid_request', ...operation.problems, 'internal_error']);
  if (ACCESS[operation.route] !== 'public') codes.add('unauthenticated').add('access_denied');
  if (operation.body !== undefined) {
    codes.add('invalid_json').add('body_too_large');
    codes.add(operation.mediaTypeProblem ?? 'unsupported_media_type');
    if (operation.body.required) codes.add('body_required');
  }
  if (operation.idempotent !== undefined) codes.add('idempotency_conflict');
  return [...codes];
}

function problems(codes: readonly ProblemCode[], book: SchemaBook): JsonObject {
  const byStatus = Map.groupBy(codes, (code) => PROBLEMS[code].status);
  return Object.fromEntries(
    [...byStatus].map(([status, group]) => [
      String(status),
      plain({
        description: group.map((code) => `\`${code}\`: ${PROBLEMS[code].title}.`).join('\n\n'),
        ...(status === 429 || status === 503 ? { headers: { 'Retry-After': RETRY_AFTER } } : {}),
        content: {
          [PROBLEM_MEDIA_TYPE]: {
            schema: book.schemaOf(problemSchema),
            examples: Object.fromEntries(
              group.map((code) => [
                code,
                { value: toProblem(new HttpError(code, `${PROBLEMS[code].title}.`)) },
              ]),
            ),
          },
        },
      }),
    ]),
  );
}

const RETRY_AFTER = { description: 'Seconds after which to try again.', schema: { type: 'integer' } };

/** The value as JSON has it: members without a value are gone. */
function plain(value: object): JsonObject {
  return JSON.parse(JSON.stringify(value));
}
