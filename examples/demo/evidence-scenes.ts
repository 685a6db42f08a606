import { TENANT } from './cast.ts';
import { faultIn, type LogEvent } from './receipt.ts';
import type { Scene } from './story.ts';

type Summary = {
  event_count: number;
  final_decision?: string;
  lowest_trust?: string;
  stages: { stage: string; decision?: string; reason?: string }[];
};

/** The record of a decision is read back, and its proof is checked without trusting the gateway. */
export const evidenceScenes: readonly Scene[] = [
  {
    title: 'What happened stays on record, and can be checked',
    play: async (story) => {
      const answer = await story.ask(
        'finance_agent, naming no source of the instruction: pay 250 USD to Stationery Ltd',
        {
          agent: { agent_id: 'agent-finance-01', tenant_id: TENANT },
          steps: [
            {
              tool_name: 'make_payment',
              arguments: { payee: 'Stationery Ltd', amount: 250, currency: 'USD' },
            },
          ],
        },
        { decision: 'block', reason: 'untrusted_instructions' },
      );
      const { admin } = story.cast;
      const summary = await admin.send<Summary>(`GET /replay/${answer.trace_id}/summary`);
      const stages = summary.stages.map(({ stage, decision }) => `${stage} ${decision}`).join(', ');
      story.tell(
        `Replay of ${answer.trace_id}: ${summary.event_count} events, ${summary.final_decision}, lowest trust ${summary.lowest_trust}; ${stages}.`,
        summary.final_decision === 'block',
      );
      const { events } = await admin.send<{ events: LogEvent[] }>(
        `GET /audit?trace_id=${answer.trace_id}&limit=100`,
      );
      const inOrder = [...events].sort((a, b) => a.sequence - b.sequence);
      const { sequence, hash } = answer.audit;
      const fault =
        faultIn(inOrder) ??
        (inOrder.some((event) => event.sequence === sequence && event.hash === hash)
          ? undefined
          : 'the receipt names no event of the trace');
      story.tell(
        fault === undefined
          ? `Receipt checked here, event by event: ${inOrder.length} hashes are right and joined, and event ${sequence} is ${hash.slice(0, 23)}…`
          : `The receipt does not hold: ${fault}.`,
        fault === undefined,
      );
    },
  },
];
