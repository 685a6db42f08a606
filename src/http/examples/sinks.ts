/** A sink that has just met a target that is down, after an event that was refused. */
export const SINK_FAILURES = {
  sinks: [
    {
      name: 'security',
      kind: 'webhook',
      state: 'failing',
      next_sequence: 4712,
      lag_events: 38,
      error: 'HTTP 503',
      next_attempt_at: '2026-11-25T02:20:28.500Z',
      dead_letters: 1,
      delivered: 4711,
      failures: 5,
    },
  ],
  dead_letters: [
    {
      sink: 'security',
      sequence: 4002,
      event_id: '01a21081-1593-7572-b516-6b12d7d56f2d',
      event_type: 'decision_made',
      tenant_id: 'acme-corp',
      trace_id: 'run-123',
      failed_at: '2026-11-25T02:18:02.114Z',
      attempts: 3,
      error: 'HTTP 422',
    },
  ],
};
