import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { AuditUnavailable } from '../../src/audit/audit-log.ts';
import { HttpError, problemHeaders, toProblem } from '../../src/http/problem.ts';
import { isProblemCode, PROBLEMS, type ProblemCode } from '../../src/http/problem-codes.ts';
import { problemSchema } from '../../src/http/schemas/problem.ts';
import { PlanError } from '../../src/plan/plan-error.ts';

const codes = Object.keys(PROBLEMS) as ProblemCode[];

describe('toProblem', () => {
  it('keeps message and pointers of an error with a registered code', () => {
    expect(toProblem(new PlanError([{ pointer: '/steps/0/tool_name', message: 'is missing' }]))).toEqual({
      type: 'urn:aisecops:problem:invalid_plan',
      title: 'The plan is not a plan',
      status: 400,
      detail: 'is missing',
      code: 'invalid_plan',
      errors: [{ pointer: '/steps/0/tool_name', message: 'is missing' }],
    });
  });

  it('keeps the message inside from 500 on', () => {
    const problem = toProblem(new AuditUnavailable('broken', 'ENOSPC: write /var/lib/audit/events.jsonl'));
    expect(problem).toMatchObject({ status: 503, code: 'audit_unavailable' });
    expect(JSON.stringify(problem)).not.toContain('/var/lib');
  });

  it.each([
    ['a bug', new TypeError('cannot read properties of undefined (reading secret)')],
    ['an error of the system', Object.assign(new Error('no such file: /etc/x'), { code: 'ENOENT' })],
    ['a code that every object inherits', Object.assign(new Error('x'), { code: 'constructor' })],
    ['a thrown text', 'secret'],
    ['nothing', undefined],
    ['an object that only looks like a problem', { code: 'invalid_plan', message: 'secret' }],
  ])('makes %s an internal_error that says nothing', (_name, error) => {
    expect(toProblem(error)).toEqual({
      type: 'urn:aisecops:problem:internal_error',
      title: 'The gateway failed unexpectedly',
      status: 500,
      detail: 'The gateway failed unexpectedly.',
      code: 'internal_error',
    });
  });

  it.each([
    ['FST_ERR_CTP_BODY_TOO_LARGE', 413, 'body_too_large'],
    ['FST_ERR_CTP_INVALID_MEDIA_TYPE', 415, 'unsupported_media_type'],
    ['FST_ERR_BAD_URL', 400, 'invalid_request'],
    ['FST_ERR_REP_ALREADY_SENT', 500, 'internal_error'],
  ])('knows %s of the framework and does not repeat its words', (code, statusCode, expected) => {
    const problem = toProblem(Object.assign(new Error('words of the framework'), { code, statusCode }));
    expect(problem.code).toBe(expected);
    expect(problem.detail).not.toContain('framework');
  });

  it('fits its documented schema whatever is thrown', () => {
    fc.assert(
      fc.property(fc.anything(), fc.string(), (code, message) => {
        expect(problemSchema.parse(toProblem(Object.assign(new Error(message), { code })))).toBeDefined();
      }),
    );
  });
});

describe('problemHeaders', () => {
  it.each(codes)('%s says when to come back and how to authenticate', (code) => {
    const error = new HttpError(code, 'x', { headers: { allow: 'GET' } });
    const headers = problemHeaders(toProblem(error), error);
    const { status } = PROBLEMS[code];
    expect('retry-after' in headers).toBe(status === 429 || status === 503);
    expect('www-authenticate' in headers).toBe(status === 401);
    expect(headers['allow']).toBe('GET');
  });
});

describe('isProblemCode', () => {
  it.each(['toString', '__proto__', 'hasOwnProperty', '', 5, null])('is false for %s', (code) => {
    expect(isProblemCode(code)).toBe(false);
  });
});
