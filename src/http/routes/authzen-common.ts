import { requestPointer } from '../../authzen/submission.ts';
import { PlanError } from '../../plan/plan-error.ts';

/** What the specification wants of its routes, and ours have otherwise. */
export const AUTHZEN = {
  tag: 'authzen',
  echoesRequestId: true,
  mediaTypeProblem: 'invalid_request',
} as const;

/** The error as a client of AuthZEN can read it: what is wrong with the plan, where its own request has it. */
export function asRequestError(error: unknown): unknown {
  if (!(error instanceof PlanError)) return error;
  return new PlanError(
    error.errors.map(({ pointer, message }) => ({ pointer: requestPointer(pointer), message })),
  );
}
