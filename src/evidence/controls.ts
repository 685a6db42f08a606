import type { AuditEvent } from '../audit/event.ts';

/** One control of a framework, and which events of the trace speak to it. Never a word on compliance. */
export type ControlEvidence = {
  framework: string;
  edition: string;
  control: string;
  /** What the events show. */
  shows: string;
  status: 'evidence_present' | 'evidence_absent';
  event_count: number;
  /** Sequences of the first of them, at most 100. */
  events: number[];
};

const MAX_EVENTS = 100;

type Control = { control: string; shows: string; events: (event: AuditEvent) => boolean };
type Framework = { framework: string; edition: string; controls: Control[] };

const ofType =
  (...types: string[]) =>
  ({ event_type }: AuditEvent): boolean =>
    types.includes(event_type);
const any = (): boolean => true;
const LOGGED = 'Every control left an event, chained by hash, in the order in which it happened.';
const DECIDED = 'The action was decided before it ran, by recorded rules from recorded facts.';
const APPROVALS = ofType('approval_requested', 'approval_granted', 'approval_rejected', 'approval_consumed');
const RUNS = ofType('tool_executed', 'execution_completed', 'output_inspected');

/** Ids alone: the texts are the publishers'. */
const FRAMEWORKS: readonly Framework[] = [
  {
    framework: 'NIST AI RMF',
    edition: '1.0 (2023)',
    controls: [
      { control: 'MEASURE 2.4', shows: 'What the system did in operation is monitored.', events: any },
      {
        control: 'MEASURE 2.8',
        shows: 'Who asked, under which authority, and what decided.',
        events: ofType('identity_checked', 'decision_made'),
      },
      {
        control: 'MANAGE 4.1',
        shows: 'Decisions and outcomes are recorded after deployment.',
        events: ofType('decision_made', 'execution_completed'),
      },
    ],
  },
  {
    framework: 'SOC 2 Trust Services Criteria',
    edition: '2017, points of focus 2022',
    controls: [
      {
        control: 'CC6.1',
        shows: 'Access to tools follows identity and granted capability.',
        events: ofType('identity_checked', 'capability_checked'),
      },
      { control: 'CC7.2', shows: LOGGED, events: any },
      {
        control: 'CC7.3',
        shows: 'What was blocked or flagged is recorded with its reason.',
        events: ({ decision }) => decision === 'block',
      },
      {
        control: 'CC8.1',
        shows: 'The policy in force is named by the hash of its content.',
        events: ({ policy_bundle }) => policy_bundle !== undefined,
      },
    ],
  },
  {
    framework: 'ISO/IEC 27001',
    edition: '2022',
    controls: [
      {
        control: 'A.5.15',
        shows: 'Access is decided by rules.',
        events: ofType('capability_checked', 'policy_evaluated'),
      },
      { control: 'A.5.28', shows: 'The record can be collected and verified by others.', events: any },
      { control: 'A.8.15', shows: LOGGED, events: any },
      {
        control: 'A.8.16',
        shows: 'Texts and arguments were inspected.',
        events: ofType('guard_inspected', 'output_inspected'),
      },
    ],
  },
  {
    framework: 'ISO/IEC 42001',
    edition: '2023',
    controls: [
      { control: 'A.6.2.6', shows: 'The system is monitored in operation.', events: any },
      { control: 'A.6.2.8', shows: LOGGED, events: any },
      { control: 'A.9.2', shows: DECIDED, events: ofType('policy_evaluated', 'decision_made') },
    ],
  },
  {
    framework: 'OWASP Top 10 for LLM Applications',
    edition: '2025',
    controls: [
      {
        control: 'LLM01',
        shows: 'Prompts and sources were inspected for injected instructions.',
        events: ofType('guard_inspected'),
      },
      {
        control: 'LLM02',
        shows: 'Arguments and outputs were inspected for secrets.',
        events: ofType('guard_inspected', 'output_inspected'),
      },
      {
        control: 'LLM06',
        shows: DECIDED,
        events: ofType('capability_checked', 'policy_evaluated', 'approval_checked'),
      },
      {
        control: 'LLM10',
        shows: 'Cost was held against budgets.',
        events: ofType('budget_checked', 'budget_settled'),
      },
    ],
  },
  {
    framework: 'OWASP Top 10 for Agentic Applications',
    edition: '2026',
    controls: [
      {
        control: 'ASI01',
        shows: 'Where instructions came from is recorded and followed into arguments.',
        events: ({ provenance }) => provenance !== undefined,
      },
      {
        control: 'ASI02',
        shows: 'Tools and arguments were held against what the agent was given.',
        events: ofType('capability_checked', 'policy_evaluated'),
      },
      {
        control: 'ASI03',
        shows: 'The agent and its caller were identified.',
        events: ofType('identity_checked'),
      },
      {
        control: 'ASI08',
        shows: 'Time-stamped, bound to an agent, and linked from plan to outcome.',
        events: any,
      },
      { control: 'ASI09', shows: 'A person was asked, and decided on exactly this plan.', events: APPROVALS },
      { control: 'ASI10', shows: LOGGED, events: any },
    ],
  },
  {
    framework: 'EU AI Act (Regulation (EU) 2024/1689)',
    edition: '2024',
    controls: [
      { control: 'Art. 12', shows: LOGGED, events: any },
      { control: 'Art. 14', shows: 'A person could intervene before the action ran.', events: APPROVALS },
      {
        control: 'Art. 26(5)',
        shows: 'The deployer can see what the system did and what came of it.',
        events: RUNS,
      },
    ],
  },
];

/** What the events of a trace can be evidence of, control by control. */
export function controlEvidence(recorded: readonly AuditEvent[]): ControlEvidence[] {
  return FRAMEWORKS.flatMap(({ framework, edition, controls }) =>
    controls.map(({ control, shows, events: speaks }) => {
      const found = recorded.filter(speaks).map(({ sequence }) => sequence);
      const status = found.length > 0 ? 'evidence_present' : 'evidence_absent';
      const events = found.slice(0, MAX_EVENTS);
      return { framework, edition, control, shows, status, event_count: found.length, events } as const;
    }),
  );
}
