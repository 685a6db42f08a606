import { readFile } from 'node:fs/promises';
import { createPlanDecider, type OfflineDecision } from '../evaluation/test-runner.ts';
import { createGuard } from '../guard/guard.ts';
import type { JsonObject, JsonValue } from '../json/value.ts';
import { problemLine } from '../policy/problem.ts';
import { parseYaml } from '../policy/yaml.ts';
import { type Command, type Given, type Terminal, UsageError } from './command.ts';
import { POLICY_DIRECTORY, policySetIn, prettyJson, UNUSABLE, UNUSABLE_MEANS } from './policy-set-in.ts';
import { safeText } from './safe-text.ts';

export const policyExplainCommand: Command = {
  name: 'policy explain',
  summary: 'Decide a plan from files alone, and say of every rule why it matched or did not',
  operand: POLICY_DIRECTORY,
  options: {
    plan: { value: 'FILE', description: 'the plan, as for POST /evaluate, in JSON or YAML; needed' },
    facts: {
      value: 'FILE',
      description:
        'facts to decide under, as `plan_received` records them; what is left out is read from DIR',
    },
    json: { description: 'the decision as JSON' },
  },
  exits: { [UNUSABLE]: UNUSABLE_MEANS },
  run: explain,
};

async function explain(given: Given, terminal: Terminal): Promise<number> {
  const { plan: planFile, facts: factsFile } = given;
  if (typeof planFile !== 'string') throw new UsageError('--plan FILE is needed');
  const plan = await valueIn(planFile);
  const facts = typeof factsFile === 'string' ? await valueIn(factsFile) : {};
  const { set } = await policySetIn(given);
  const decided = decidedIn(
    () => createPlanDecider(createGuard())(set, plan, { mode: 'explain', facts: facts as object }),
    planFile,
  );
  terminal.out(
    given['json'] === true ? prettyJson(jsonOf(decided)) : `${textOf(decided).map(safeText).join('\n')}\n`,
  );
  return 0;
}

/** What is wrong with a plan is wrong with the call: it names the file. */
function decidedIn(work: () => OfflineDecision, file: string): OfflineDecision {
  try {
    return work();
  } catch (error) {
    throw new UsageError(`${file}: ${error instanceof Error ? error.message : String(error)}`);
  }
}

/** JSON is YAML, too. */
async function valueIn(file: string): Promise<JsonValue> {
  const { value, errors } = parseYaml(file, await readFile(file, 'utf8'));
  if (errors === undefined) return value;
  throw new UsageError(errors.map(problemLine).join('\n'));
}

function jsonOf({ decision, facts }: OfflineDecision): JsonObject {
  const { effects: _, stages, ...rest } = decision;
  const shown = stages.map(({ stage, decision: word, reason }) => ({ stage, decision: word, reason }));
  return { ...rest, stages: shown, facts } as unknown as JsonObject;
}

function textOf({ decision }: OfflineDecision): string[] {
  const { explanation, stages, steps } = decision;
  const lines = [
    `${decision.decision}: ${decision.reason} (${decision.control})`,
    `  ${explanation.summary}`,
  ];
  if (explanation.remedy !== '') lines.push(`  ${explanation.remedy}`);
  lines.push(
    '',
    ...stages.map(({ stage, decision: word, reason }) => `${stage.padEnd(18)} ${word.padEnd(17)} ${reason}`),
  );
  return [...lines, ...steps.flatMap(stepLines)];
}

type Step = OfflineDecision['decision']['steps'][number];

function stepLines({
  step_id,
  tool_name,
  decision,
  reason,
  errors = [],
  considered = [],
  obligations,
  matched_rules,
}: Step): string[] {
  const overridden = new Map(matched_rules.map(({ id, overridden_by }) => [id, overridden_by]));
  const width = Math.max(0, ...considered.map(({ id }) => id.length));
  return [
    '',
    `step ${step_id} ${tool_name}: ${decision} (${reason})`,
    ...errors.map(({ pointer, message }) => `  ${pointer} ${message}`),
    ...considered.map(({ id, effect, mode, matched, near_miss, detail }) => {
      const by = overridden.get(id);
      const marks = [
        ...(mode === 'shadow' ? ['on trial'] : []),
        ...(near_miss === true ? ['a near miss'] : []),
        ...(by === undefined ? [] : [`overridden by ${by}`]),
      ];
      const told = marks.length === 0 ? detail : `${detail} (${marks.join(', ')})`;
      return `  ${matched ? 'matches' : '-      '}  ${effect.padEnd(16)}  ${id.padEnd(width)}  ${told}`;
    }),
    ...(considered.length === 0 ? ['  no rule is about this tool: the default decides'] : []),
    ...obligations.map((obligation) => `  to do: ${JSON.stringify(obligation)}`),
  ];
}
