import type { AuditEvent } from '../../audit/event.ts';
import { planGraph } from '../../plan/graph.ts';
import { remainsOf } from '../remains.ts';
import { type Submission, submissionsOf } from '../submissions.ts';
import { type Graph, GraphBuilder, type NodeIds, ownIds } from './graph.ts';
import { addProvenance } from './provenance-nodes.ts';
import { addRemains } from './remains-nodes.ts';

/** The execution graph of one trace, from its events in order. */
export function traceGraph(events: readonly AuditEvent[]): Graph {
  const builder = new GraphBuilder();
  addEvents(builder, events, ownIds);
  return builder.build();
}

/** Adds everything that the events of one trace tell, also of plans of which only a part is left. */
export function addEvents(builder: GraphBuilder, events: readonly AuditEvent[], idOf: NodeIds): void {
  addRemains(builder, remainsOf(events), {
    idOf,
    addLater: (event, key) => {
      const before = builder.has(idOf('outcome', key)) ? idOf('outcome', key) : idOf('plan', key);
      addLater(builder, { event, key, before, idOf });
    },
  });
  addSubmissions(builder, submissionsOf(events), idOf);
}

/** The same from what was sent, with names for its nodes. */
export function submissionGraph(submissions: readonly Submission[], idOf: NodeIds): Graph {
  const builder = new GraphBuilder();
  addSubmissions(builder, submissions, idOf);
  return builder.build();
}

/** Adds everything that the record tells of what was sent. */
export function addSubmissions(
  builder: GraphBuilder,
  submissions: readonly Submission[],
  idOf: NodeIds,
): void {
  for (const submission of submissions) {
    addPlan(builder, submission, idOf);
    addProvenance(builder, submission, idOf);
    addSteps(builder, submission, idOf);
    addStages(builder, submission, idOf);
    const before = idOf('outcome', submission.key);
    for (const event of submission.later) addLater(builder, { event, key: submission.key, before, idOf });
  }
}

function addPlan(builder: GraphBuilder, submission: Submission, idOf: NodeIds): void {
  const { key, execution_plan_id, received, made, plan, approval_id, stages } = submission;
  const { sequence, agent_id, tenant_id = '' } = received;
  const planId = idOf('plan', key);
  const status = made?.decision;
  builder.node({ id: planId, type: 'plan', label: execution_plan_id, ...(status && { status }), sequence });
  const who = agent_id ?? plan.agent.agent_name ?? 'unknown';
  const checked = stages.find(({ decision_stage }) => decision_stage === 'identity')?.decision;
  const identity = builder.node({
    id: idOf('identity', tenant_id, who),
    type: 'identity',
    label: who,
    ...(checked && { status: checked }),
    sequence,
  });
  builder.edge(identity, planId, 'submits');
  if (approval_id !== undefined) {
    const id = idOf('approval', approval_id);
    builder.node({ id, type: 'approval', label: approval_id });
    builder.edge(id, planId, 'approves');
  }
  if (plan.parent !== undefined)
    addParent(builder, { parent: plan.parent, planId, own: received.trace_id, idOf });
}

type Parent = NonNullable<Submission['plan']['parent']>;

/** A plan that was handed on by another one lies below that, which usually is in another trace. */
function addParent(
  builder: GraphBuilder,
  { parent, planId, own, idOf }: { parent: Parent; planId: string; own: string | undefined; idOf: NodeIds },
): void {
  const { trace_id, execution_plan_id = '', step_id } = parent;
  const name = idOf.traceName?.(trace_id) ?? trace_id;
  const named: NodeIds = trace_id === own ? idOf : (type, ...parts) => ownIds(type, name, ...parts);
  const label = execution_plan_id === '' ? trace_id : execution_plan_id;
  const above = builder.node({ id: named('plan', execution_plan_id), type: 'plan', label });
  if (step_id === undefined || execution_plan_id === '') {
    builder.edge(above, planId, 'delegates');
    return;
  }
  const id = named('step', execution_plan_id, step_id);
  builder.node({ id, type: 'step', label: step_id });
  builder.edge(above, id, 'contains');
  builder.edge(id, planId, 'delegates');
}

function addSteps(builder: GraphBuilder, { key, plan, received, made }: Submission, idOf: NodeIds): void {
  const decided = new Map(
    ((made?.payload?.['steps'] ?? []) as { step_id: string; decision: string }[]).map((step) => [
      step.step_id,
      step.decision,
    ]),
  );
  const stepNode = (stepId: string) => idOf('step', key, stepId);
  const { references } = planGraph(plan.steps).graph;
  for (const [index, { step_id, tool_name, depends_on }] of plan.steps.entries()) {
    const status = decided.get(step_id);
    const id = stepNode(step_id);
    builder.node({
      id,
      type: 'step',
      label: tool_name,
      ...(status && { status }),
      sequence: received.sequence,
    });
    builder.edge(idOf('plan', key), id, 'contains');
    const givers = new Set((references[index] ?? []).map(({ from }) => from));
    for (const from of givers) builder.edge(stepNode(from), id, 'data');
    for (const from of depends_on) if (!givers.has(from)) builder.edge(stepNode(from), id, 'depends_on');
  }
}

/** A node of the pipeline; `step` where the stage judged that step by itself. */
type Judged = { id: string; step?: string };

/** The pipeline in its order: one node a stage, and one for each step where the stage judged steps. */
function addStages(builder: GraphBuilder, submission: Submission, idOf: NodeIds): void {
  const { key, stages, made } = submission;
  let before: Judged[] = [{ id: idOf('plan', key) }];
  for (const group of byStage(stages)) {
    const nodes = group.map((event) =>
      addStage(builder, { event, isOne: group.length === 1, submission, idOf }),
    );
    for (const node of nodes) connect(builder, node, before);
    before = nodes;
  }
  if (made !== undefined) addOutcome(builder, { key, made, idOf, last: before.map(({ id }) => id), stages });
}

/** Stages that judge steps one by one. */
const OF_STEPS = new Set(['local_enforcement', 'capability', 'policy']);

function addStage(
  builder: GraphBuilder,
  {
    event,
    isOne,
    submission,
    idOf,
  }: { event: AuditEvent; isOne: boolean; submission: Submission; idOf: NodeIds },
): Judged {
  const { key, plan } = submission;
  const { decision_stage = '', step_id, decision, sequence } = event;
  // Every event of a plan with one step names it, whatever the stage judged.
  const isOfStep = step_id !== undefined && (plan.steps.length > 1 || !isOne);
  const id = isOfStep ? idOf('stage', key, decision_stage, step_id) : idOf('stage', key, decision_stage);
  builder.node({ id, type: 'stage', label: decision_stage, ...(decision && { status: decision }), sequence });
  if (step_id !== undefined && OF_STEPS.has(decision_stage))
    builder.edge(idOf('step', key, step_id), id, 'checks');
  return isOfStep ? { id, step: step_id } : { id };
}

/** From the stage before: of the same step, where both judged steps. */
function connect(builder: GraphBuilder, node: Judged, before: readonly Judged[]): void {
  for (const { id, step } of before) {
    if (step !== undefined && node.step !== undefined && step !== node.step) continue;
    builder.edge(id, node.id, id.startsWith('plan:') ? 'checks' : 'next');
  }
}

function byStage(stages: readonly AuditEvent[]): AuditEvent[][] {
  const groups: AuditEvent[][] = [];
  for (const event of stages) {
    const last = groups.at(-1);
    if (last?.[0]?.decision_stage === event.decision_stage) last?.push(event);
    else groups.push([event]);
  }
  return groups;
}

function addOutcome(
  builder: GraphBuilder,
  {
    key,
    made,
    idOf,
    last,
    stages,
  }: {
    key: string;
    made: AuditEvent;
    idOf: NodeIds;
    last: readonly string[];
    stages: readonly AuditEvent[];
  },
): void {
  const id = idOf('outcome', key);
  const { decision = '', reason = '', control, sequence } = made;
  builder.node({ id, type: 'outcome', label: `${decision}: ${reason}`, status: decision, sequence });
  for (const stage of last) builder.edge(stage, id, 'next');
  const deciding = stages.filter(
    ({ decision_stage, decision: said }) => decision_stage === control && said === decision,
  );
  for (const event of deciding) {
    const { decision_stage = '', step_id } = event;
    const whole = idOf('stage', key, decision_stage);
    const ofStep = step_id === undefined ? whole : idOf('stage', key, decision_stage, step_id);
    builder.edge(builder.has(ofStep) ? ofStep : whole, id, 'decides');
  }
}

const APPROVAL_STATUS: Readonly<Record<string, string>> = {
  approval_requested: 'pending',
  approval_granted: 'approved',
  approval_rejected: 'rejected',
  approval_expired: 'expired',
  approval_cancelled: 'cancelled',
  approval_consumed: 'consumed',
};

type Later = {
  event: AuditEvent;
  key: string;
  /** The node that it followed from: the outcome, or the plan where that is gone. */
  before: string;
  idOf: NodeIds;
};

function addLater(builder: GraphBuilder, { event, key, before, idOf }: Later): void {
  const { event_type, payload = {}, sequence } = event;
  if (Object.hasOwn(APPROVAL_STATUS, event_type)) {
    addApproval(builder, { event, outcome: before, idOf });
  } else if (event_type === 'tool_executed') {
    const id = idOf('execution', key, String(event.step_id));
    builder.node({
      id,
      type: 'execution',
      label: event.tool_name ?? '',
      status: String(payload['status']),
      sequence,
    });
    builder.edge(idOf('step', key, String(event.step_id)), id, 'executes');
    builder.edge(id, idOf('execution', key), 'results_in');
  } else if (event_type === 'execution_completed') {
    const id = idOf('execution', key);
    builder.node({ id, type: 'execution', label: 'execution', status: String(payload['status']), sequence });
    builder.edge(before, id, 'executes');
  }
}

function addApproval(
  builder: GraphBuilder,
  { event, outcome, idOf }: { event: AuditEvent; outcome: string; idOf: NodeIds },
): void {
  const { event_type, payload = {}, sequence } = event;
  const opened = payload['approval'] as { approval_id?: string } | undefined;
  const approvalId = opened?.approval_id ?? payload['approval_id'];
  if (typeof approvalId !== 'string') return;
  const id = builder.node({
    id: idOf('approval', approvalId),
    type: 'approval',
    label: approvalId,
    sequence,
  });
  builder.status(id, String(payload['status'] ?? APPROVAL_STATUS[event_type]));
  if (event_type === 'approval_requested') builder.edge(outcome, id, 'requests');
}
