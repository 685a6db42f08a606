/** What budgets count. */
export const METRICS = ['usd', 'tokens', 'tool_calls'] as const;
export type Metric = (typeof METRICS)[number];
