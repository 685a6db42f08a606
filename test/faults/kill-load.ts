import { randomUUID } from 'node:crypto';
import type { GatewayProcess, Reply } from '../process/gateway-process.ts';
import { type Plan, payment, reading } from '../process/plans.ts';

export type Receipt = { sequence: number; hash: string };
export type KeyedAnswer = { key: string; plan: Plan; text: string };
/** How far an approval was asked to go, and how far it was answered to have gone. */
export type Course = { plan: Plan; asked: Step; answered: Step };
const STEPS = ['pending', 'approved', 'consumed'] as const;
type Step = (typeof STEPS)[number];

/** What callers know when the gateway is gone: everything they were answered. */
export type Answered = {
  receipts: Receipt[];
  approvals: Map<string, Course>;
  keyed: KeyedAnswer[];
};

type Tokens = { runtime: string; approver: string };

/**
 * Runs `callers` callers, each with one request in flight, until the gateway is gone. `onAnswer` is called after
 * each answer. Resolves with what was answered; an answer other than 200 rejects.
 */
export async function loadUntilGone(
  gateway: GatewayProcess,
  tokens: Tokens,
  { callers, onAnswer }: { callers: number; onAnswer: (count: number) => void },
): Promise<Answered> {
  const answered: Answered = { receipts: [], approvals: new Map(), keyed: [] };
  let count = 0;
  const send = async (route: string, body: object, token: string, key?: string): Promise<Reply> => {
    const headers = key === undefined ? {} : { 'idempotency-key': key };
    const reply = await gateway.send(route, { body, token, headers });
    if (reply.status !== 200) throw new UnexpectedAnswer(`${route}: ${reply.status} ${reply.text}`);
    const receipt = reply.body['audit'] as Receipt | undefined;
    if (receipt !== undefined) answered.receipts.push(receipt);
    count += 1;
    onAnswer(count);
    return reply;
  };
  await Promise.all(
    Array.from({ length: callers }, async (_, caller) => {
      for (let round = caller; ; round += 1) {
        const isGone = await oneRound(round, { send, tokens, answered }).then(
          () => false,
          (error: unknown) => {
            if (error instanceof UnexpectedAnswer) throw error;
            return true;
          },
        );
        if (isGone) return;
      }
    }),
  );
  return answered;
}

class UnexpectedAnswer extends Error {}

type Round = {
  send: (route: string, body: object, token: string, key?: string) => Promise<Reply>;
  tokens: Tokens;
  answered: Answered;
};

/** One of three things a caller does: spend and settle, wait for a person, or send with an idempotency key. */
async function oneRound(round: number, parts: Round): Promise<void> {
  if (round % 3 === 0) return spendAndSettle(round, parts);
  if (round % 3 === 1) return waitForPerson(round, parts);
  return sendWithKey(parts);
}

async function spendAndSettle(round: number, { send, tokens }: Round): Promise<void> {
  const plan = reading();
  await send('POST /evaluate', plan, tokens.runtime);
  if (round % 2 === 0) return;
  const outcome = { status: 'succeeded', cost: { usd: 0.007 } };
  await send(`POST /executions/${plan.execution_plan_id}/outcome`, outcome, tokens.runtime);
}

async function waitForPerson(round: number, { send, tokens, answered }: Round): Promise<void> {
  const plan = payment();
  const { body } = await send('POST /evaluate', plan, tokens.runtime);
  const { approval_id: id } = body['approval'] as { approval_id: string };
  const course: Course = { plan, asked: 'pending', answered: 'pending' };
  answered.approvals.set(id, course);
  if (round % 4 === 0) return;
  course.asked = 'approved';
  await send(`POST /approvals/${id}/approve`, {}, tokens.approver);
  course.answered = 'approved';
  if (round % 4 === 1) return;
  course.asked = 'consumed';
  const used = await send('POST /evaluate', { ...plan, approval_id: id }, tokens.runtime);
  if (used.body['decision'] !== 'allow') throw new UnexpectedAnswer(used.text);
  course.answered = 'consumed';
}

async function sendWithKey({ send, tokens, answered }: Round): Promise<void> {
  const key = randomUUID();
  const plan = reading(0.001);
  const { text } = await send('POST /evaluate', plan, tokens.runtime, key);
  answered.keyed.push({ key, plan, text });
}

/** Whether a state found afterwards is one of those between what was answered and what was asked for. */
export function isWithin(course: Course, found: unknown): boolean {
  const place = STEPS.indexOf(found as Step);
  return place >= STEPS.indexOf(course.answered) && place <= STEPS.indexOf(course.asked);
}
