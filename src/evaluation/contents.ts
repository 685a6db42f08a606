import type { EventDraft } from '../audit/event.ts';
import type { Decision } from '../decision/decision.ts';
import type { Facts, SourceTrust } from '../decision/facts.ts';
import { grantFor } from '../decision/granted.ts';
import { dataFlowOf } from '../decision/past-steps.ts';
import { sha256 } from '../json/canonical.ts';
import { parsePointer, valueAt } from '../json/pointer.ts';
import type { JsonValue } from '../json/value.ts';
import { type StepFlow, taintOf } from '../plan/data-flow.ts';
import { type PlanGraph, planGraph } from '../plan/graph.ts';
import type { Plan, Source, Step } from '../plan/plan.ts';
import type { Reference } from '../plan/references.ts';
import { stringsOf } from '../plan/texts.ts';
import { distrust, lowerTrust, type TrustLevel } from '../plan/trust-level.ts';
import type { Bundle } from '../policy/bundle.ts';
import type { RememberedContent } from '../trust/remembered-contents.ts';
import type { OutcomeReport } from './outcome-report.ts';

/** Contents of one plan, or of one outcome, that are remembered. */
const MAX_CONTENTS = 1_000;
/** Shorter texts are words that anybody writes. */
const MIN_LENGTH = 8;

type Decided = {
  plan: Plan;
  facts: Pick<Facts, 'agent' | 'parent' | 'trust'>;
  bundle: Pick<Bundle, 'grantOf'>;
};

/**
 * The contents from outside that an agent read for a plan, and those that the plan writes into its memory: what is read
 * back later is worth no more.
 */
export function contentsOfPlan(
  decided: Decided & { graph: PlanGraph },
  { decision }: Pick<Decision, 'decision'>,
): RememberedContent[] {
  const { plan, facts } = decided;
  const contents = readContents(plan.provenance, facts.trust.plan);
  for (const { step_id, provenance } of plan.steps) {
    if (provenance.length > 0) contents.push(...readContents(provenance, facts.trust.steps[step_id] ?? []));
  }
  return mostToldOf(decision === 'allow' ? writtenTexts(decided) : [], contents);
}

/**
 * What an outcome says more: the outputs of tools that are from outside, and what was written into memory: through a `$from`,
 * and by a plan that ran although it was not allowed.
 */
export function contentsOfOutcome(report: OutcomeReport, decided: Decided): RememberedContent[] {
  const { plan } = decided;
  const { graph } = planGraph(plan.steps);
  const flow = dataFlowOf({ ...decided, graph });
  const outputs = new Map(report.steps?.map(({ step_id, output }) => [step_id, output as JsonValue]));
  const written: RememberedContent[] = [];
  const said: RememberedContent[] = [];
  for (const [index, step] of plan.steps.entries()) {
    const stepFlow = flow.steps[index];
    if (stepFlow === undefined) continue;
    const output = outputs.get(step.step_id);
    const worth = lowerTrust(stepFlow.lowest_trust, grantOf(step, decided)?.output_trust ?? 'external');
    if (output !== undefined) said.push(...textsIn(output, () => worth));
    if (!writesMemory(step, decided)) continue;
    written.push(...carriedTexts(graph.references[index] ?? [], stepFlow, outputs));
    if (mayHaveRun(step, report)) written.push(...textsIn(step.arguments, argumentTrust(stepFlow)));
  }
  return mostToldOf(written, said);
}

/** What went into memory first: whoever fills a page with texts must not crowd out the one that is written down. */
function mostToldOf(
  written: readonly RememberedContent[],
  read: readonly RememberedContent[],
): RememberedContent[] {
  const least = new Map<string, RememberedContent>();
  for (const content of [...written, ...read]) {
    const { content_hash, trust_level } = content;
    const known = least.get(content_hash);
    if (known === undefined && least.size === MAX_CONTENTS) continue;
    least.set(content_hash, {
      content_hash,
      trust_level: lowerTrust(trust_level, known?.trust_level ?? trust_level),
    });
  }
  return [...least.values()];
}

/** What references of a step brought into it. */
function carriedTexts(
  references: readonly Reference[],
  flow: StepFlow,
  outputs: ReadonlyMap<string, JsonValue>,
): RememberedContent[] {
  return references.flatMap(({ pointer, from, path }) => {
    const value = valueAt(outputs.get(from), parsePointer(path) ?? []) as JsonValue | undefined;
    return value === undefined ? [] : textsIn(value, () => taintOf(flow, pointer));
  });
}

function mayHaveRun({ step_id }: Step, { status, steps }: OutcomeReport): boolean {
  if (steps === undefined) return status !== 'cancelled';
  const reported = steps.find((step) => step.step_id === step_id);
  return reported !== undefined && reported.status !== 'skipped';
}

function argumentTrust(flow: StepFlow): (pointer: string) => TrustLevel {
  return (pointer) => taintOf(flow, pointer);
}

/** The event of contents that are new; none where there are none. */
export function rememberedEvent(contents: readonly RememberedContent[]): EventDraft[] {
  return contents.length === 0 ? [] : [{ event_type: 'content_remembered', payload: { contents } }];
}

function readContents(sources: readonly Source[], rated: readonly SourceTrust[]): RememberedContent[] {
  return sources.flatMap(({ content_hash }, index) => {
    const fact = rated[index];
    if (content_hash === undefined || fact === undefined || !isSaidToBeOutside(fact)) return [];
    return [{ content_hash, trust_level: fact.trust_level }];
  });
}

/**
 * Retrieved texts and outputs are. A memory or a message is where the plan says so, by a level or by what it was made from:
 * otherwise it is in doubt as often for what a plan leaves out as for what it is, and so are all others.
 */
function isSaidToBeOutside({ source_type, trust_level, basis, claimed, reason }: SourceTrust): boolean {
  if (!isFromOutside(trust_level)) return false;
  if (source_type === 'retrieval_chunk' || source_type === 'tool_output') return true;
  if (source_type !== 'memory' && source_type !== 'agent_message') return false;
  if (reason !== undefined) return false;
  return basis === 'derived' || (basis === 'default' && claimed !== undefined && isFromOutside(claimed));
}

function writtenTexts(decided: Decided & { graph: PlanGraph }): RememberedContent[] {
  const { plan } = decided;
  if (!plan.steps.some((step) => writesMemory(step, decided))) return [];
  const { steps } = dataFlowOf(decided);
  return plan.steps.flatMap((step, index) => {
    const flow: StepFlow | undefined = steps[index];
    if (flow === undefined || !writesMemory(step, decided)) return [];
    return textsIn(step.arguments, argumentTrust(flow));
  });
}

function textsIn(value: JsonValue, worthAt: (pointer: string) => TrustLevel): RememberedContent[] {
  return stringsOf(value, '', 'context').flatMap(({ text, pointer }) => {
    if (text.length < MIN_LENGTH) return [];
    const trust_level = worthAt(pointer);
    return isFromOutside(trust_level) ? [{ content_hash: sha256(text), trust_level }] : [];
  });
}

function isFromOutside(level: TrustLevel): boolean {
  return distrust(level) >= distrust('external');
}

function writesMemory(step: Step, decided: Decided): boolean {
  return grantOf(step, decided)?.writes_memory === true;
}

function grantOf({ tool_name }: Step, { plan, facts, bundle }: Decided) {
  return grantFor(tool_name, { plan, facts, bundle });
}
