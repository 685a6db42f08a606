import { type AccessDecision, accessDecision } from '../../authzen/decision.ts';
import { areTooLarge, endsWith, type Item, itemsOf } from '../../authzen/evaluations.ts';
import { type EvaluationsRequest, evaluationSchema } from '../../authzen/request.ts';
import { requestPointer, submissionOf } from '../../authzen/submission.ts';
import type { Gone } from '../../evaluation/known-secrets.ts';
import type { Gateway } from '../../gateway/gateway.ts';
import type { Caller } from '../../tokens/caller.ts';
import { decideRow, type RowResult } from '../decide-row.ts';
import { type Answer, fieldErrors, json } from '../operation.ts';
import { type FieldError, HttpError, type Problem, toProblem } from '../problem.ts';

/** Who asks, whether that one still waits, and where the gateway is reached. */
export type Asked = { caller: Caller; gone: Gone; publicUrl: string };

/** An evaluation that can be decided, or what is wrong with it, in pointers into the whole request. */
type Prepared = { item: Item } & ({ submission: unknown } | { problem: Problem });

/** Decides a row of evaluations, to its end or to where its semantic ends it. */
export async function evaluateItems(
  gateway: Gateway,
  request: EvaluationsRequest,
  asked: Asked,
): Promise<Answer> {
  const items = itemsOf(request);
  if (areTooLarge(items)) {
    throw new HttpError(
      'invalid_request',
      'The evaluations, each with what it takes from beside the list, come to more than 1 MiB; send fewer, or the hashes of their texts.',
      { errors: [{ pointer: '/evaluations', message: 'too large together' }] },
    );
  }
  const { evaluations_semantic: semantic = 'execute_all' } = request.options ?? {};
  const prepared = items.map(prepare);
  const decisions: AccessDecision[] = [];
  let isPassing = false;
  // A row that may end early is decided one by one, each durable before the next is looked at.
  const rounds = semantic === 'execute_all' ? [prepared] : prepared.map((one) => [one]);
  for (const round of rounds) {
    for (const result of await decideRound(gateway, round, asked)) {
      isPassing ||= 'status' in result && result.status >= 500;
      decisions.push(itemDecision(result, asked.publicUrl));
    }
    if (endsWith(decisions.at(-1)?.decision === true, semantic)) break;
  }
  const answer = json({ evaluations: decisions });
  return isPassing ? { ...answer, isPassing: true } : answer;
}

function prepare(item: Item): Prepared {
  const parsed = evaluationSchema.safeParse(item.value);
  if (parsed.success) return { item, submission: submissionOf(parsed.data) };
  const errors = fieldErrors(parsed.error, '').map((error) => placed(error, item));
  const [first] = errors;
  const detail = `${first?.pointer}: ${first?.message}`;
  return { item, problem: toProblem(new HttpError('invalid_request', detail, { errors })) };
}

/** Decides what can be decided, in its order, and puts what cannot in its place. */
async function decideRound(
  gateway: Gateway,
  round: readonly Prepared[],
  { caller, gone }: Asked,
): Promise<RowResult[]> {
  const submissions = round.flatMap((one) => ('submission' in one ? [one.submission] : []));
  const results = await decideRow(gateway, submissions, caller, gone);
  let decided = 0;
  return round.map((one) => {
    if ('problem' in one) return one.problem;
    const result = results[decided] as RowResult;
    decided += 1;
    return 'status' in result ? inRequest(result, one.item) : result;
  });
}

/** The problem of a plan, with pointers into the request. */
function inRequest(problem: Problem, item: Item): Problem {
  if (problem.code !== 'invalid_plan' || problem.errors === undefined) return problem;
  const errors = problem.errors.map((error) =>
    placed({ ...error, pointer: requestPointer(error.pointer) }, item),
  );
  return { ...problem, errors };
}

function placed(error: FieldError, item: Item): FieldError {
  return { ...error, pointer: item.place(error.pointer) };
}

/** An evaluation that could not be decided is a no. */
function itemDecision(result: RowResult, publicUrl: string): AccessDecision {
  if (!('status' in result)) return accessDecision(result, publicUrl);
  const { status, code, detail: message, errors } = result;
  const error = { status, code, message, ...(errors !== undefined && { errors }) };
  return { decision: false, context: { error } };
}
