import { expect } from 'vitest';
import type { Gateway } from '../../src/gateway/gateway.ts';

/**
 * Decides every plan that a gateway has recorded again, from its log alone, and asserts that each comes out as it was
 * recorded; a plan that had a secret taken out of it cannot be. Answers how many came out the same.
 */
export async function expectReproducible(gateway: Gateway): Promise<number> {
  let identical = 0;
  let cursor: string | undefined;
  do {
    const page = await gateway.replay.list({ limit: 500, ...(cursor !== undefined && { cursor }) }, '*');
    for (const trace of page.traces) identical += await identicalIn(gateway, trace);
    cursor = page.next_cursor;
  } while (cursor !== undefined);
  return identical;
}

async function identicalIn(gateway: Gateway, { trace_id, log }: { trace_id: string; log?: string }) {
  const answer = await gateway.reevaluate(log === undefined ? { trace_id } : { trace_id, log }, '*');
  let identical = 0;
  for (const { result, missing, differences, execution_plan_id } of answer?.plans ?? []) {
    if (missing === 'plan_redacted') {
      expect(differences, trace_id).toEqual([]);
      continue;
    }
    const seen = { trace_id, execution_plan_id, missing, differences };
    expect(result, JSON.stringify(seen)).toBe('identical');
    identical += 1;
  }
  return identical;
}
