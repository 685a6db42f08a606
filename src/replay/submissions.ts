import type { AuditEvent } from '../audit/event.ts';
import type { SourceTrust } from '../decision/facts.ts';
import type { Plan } from '../plan/plan.ts';

/** One time that a plan was sent, with all that the trace tells of it. */
export type Submission = {
  /** Its plan id; `#2` and so on behind it where the same id was sent before. */
  key: string;
  execution_plan_id: string;
  agent_id: string | undefined;
  received: AuditEvent;
  plan: Plan;
  /** What the sources were found to be worth, as facts. */
  trust: { plan: readonly SourceTrust[]; steps: Readonly<Record<string, readonly SourceTrust[]>> };
  approval_id: string | undefined;
  stages: AuditEvent[];
  made: AuditEvent | undefined;
  /** Everything that came of it: approvals, permits, executions, settlements. */
  later: AuditEvent[];
};

type Received = {
  plan?: Plan;
  facts?: { trust?: Submission['trust'] };
  envelope?: { approval_id?: string };
};

/**
 * The submissions in the events of a trace, in order. What comes after a decision belongs to the last time that its
 * plan was allowed, and where it never was, to the last time that it was sent. Events of a plan that the trace has not
 * received (it was cut off) are left out.
 */
export function submissionsOf(events: readonly AuditEvent[]): Submission[] {
  const submissions: Submission[] = [];
  for (const event of events) {
    if (event.execution_plan_id === undefined) continue;
    if (event.event_type === 'plan_received') submissions.push(...submissionOf(event, submissions));
    else addTo(submissions, event);
  }
  return submissions;
}

function addTo(submissions: readonly Submission[], event: AuditEvent): void {
  const open = submissions.at(-1);
  if (open === undefined || !isPartOf(event, open)) latestOf(submissions, event)?.later.push(event);
  else if (event.event_type === 'decision_made') open.made = event;
  else open.stages.push(event);
}

/** Nothing of an event that holds no plan: a foreign writer's, or one of an older form. */
function submissionOf(received: AuditEvent, before: readonly Submission[]): Submission[] {
  const { plan, facts, envelope } = (received.payload ?? {}) as Received;
  if (plan === undefined) return [];
  const { execution_plan_id = '', agent_id } = received;
  const times = before.filter((one) => one.execution_plan_id === execution_plan_id).length;
  const key = times === 0 ? execution_plan_id : `${execution_plan_id}#${times + 1}`;
  const trust = facts?.trust ?? { plan: [], steps: {} };
  return [
    {
      ...{ key, execution_plan_id, agent_id, received, plan, trust, made: undefined, stages: [], later: [] },
      approval_id: envelope?.approval_id,
    },
  ];
}

/** The events of a decision stand together, so the first that is none of them ends it. */
function isPartOf(event: AuditEvent, { made, execution_plan_id, agent_id }: Submission): boolean {
  const isSame = event.execution_plan_id === execution_plan_id && event.agent_id === agent_id;
  return (
    made === undefined &&
    isSame &&
    (event.decision_stage !== undefined || event.event_type === 'decision_made')
  );
}

function latestOf(submissions: readonly Submission[], event: AuditEvent): Submission | undefined {
  const own = submissions.filter(
    ({ execution_plan_id, agent_id }) =>
      execution_plan_id === event.execution_plan_id && agent_id === event.agent_id,
  );
  const isOfRun = event.event_type.startsWith('execution_') || event.event_type === 'tool_executed';
  const allowed = isOfRun ? own.findLast(({ made }) => made?.decision === 'allow') : undefined;
  return allowed ?? own.at(-1);
}
