import type { GatewayProcess } from './gateway-process.ts';
import type { Counters } from './naive-log.ts';

type Entry = {
  budget_id: string;
  metric: string;
  counters: { used: number; reserved: number }[];
};

/** What the gateway itself says its budgets have used and reserved, in their smallest units. */
export async function budgetFigures(gateway: GatewayProcess): Promise<Counters> {
  const { body } = await gateway.send('GET /budgets');
  const figures: Counters = {};
  for (const { budget_id, metric, counters } of body['budgets'] as Entry[]) {
    const units = (amount: number) => Math.round(metric === 'usd' ? amount * 1_000_000 : amount);
    for (const { used, reserved } of counters) {
      const total = figures[budget_id] ?? { used: 0, reserved: 0 };
      figures[budget_id] = { used: total.used + units(used), reserved: total.reserved + units(reserved) };
    }
  }
  return figures;
}
