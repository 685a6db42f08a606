/** What the demo reads of a decision; the whole shape is in /openapi.json. */
export type Decision = {
  trace_id: string;
  execution_plan_id: string;
  decision: 'allow' | 'block' | 'require_approval';
  reason: string;
  control: string;
  explanation: { summary: string; remedy: string; risk_score: number; risk_level: string };
  approval?: { approval_id: string };
  audit: Receipt;
};

/** Where a decision stands in the log. */
export type Receipt = { log: string; sequence: number; hash: string };

/** A gateway, spoken to over HTTP with one bearer token. */
export class Api {
  readonly origin: string;
  readonly #token: string;

  constructor(origin: string, token: string) {
    this.origin = origin;
    this.#token = token;
  }

  as(token: string): Api {
    return new Api(this.origin, token);
  }

  /** `route` is `METHOD /path`. Rejects with what the gateway says where it answers an error. */
  async send<Answer>(route: string, body?: unknown): Promise<Answer> {
    const [method = 'GET', path = '/'] = route.split(' ');
    const response = await fetch(this.origin + path, {
      method,
      headers: {
        authorization: `Bearer ${this.#token}`,
        ...(body !== undefined && { 'content-type': 'application/json' }),
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`${route}: ${response.status} ${text}`);
    return (text === '' ? {} : JSON.parse(text)) as Answer;
  }
}
