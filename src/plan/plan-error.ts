/** A plan that cannot be decided because it is not a plan. Each error names the field by JSON pointer. */
export class PlanError extends Error {
  readonly code = 'invalid_plan';
  readonly errors: readonly { pointer: string; message: string }[];

  constructor(errors: readonly { pointer: string; message: string }[]) {
    super(errors[0]?.message ?? 'the plan is not valid');
    this.errors = errors;
  }
}
