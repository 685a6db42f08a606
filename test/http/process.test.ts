import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type StartedGateway, startGateway } from './start-gateway.ts';

let gateway: StartedGateway;

beforeAll(async () => {
  gateway = await startGateway();
});
afterAll(() => gateway.stop());

describe('GET /docs', () => {
  it('serves Swagger UI and all it loads, with a policy that allows nothing from elsewhere', async () => {
    const page = await gateway.send('GET /docs/', { token: null });
    expect(page.status).toBe(200);
    const policy = page.headers.get('content-security-policy') ?? '';
    expect(policy).toContain("script-src 'self'");
    expect(policy).not.toMatch(/upgrade-insecure-requests|https:/);
    expect(page.text).not.toMatch(/<script(?![^>]* src=)/);
    const assets = [...page.text.matchAll(/(?:src|href)="\.\/([^"]+)"/g)].map(([, path]) => path);
    expect(assets.length).toBeGreaterThan(4);
    for (const asset of assets)
      expect((await gateway.send(`GET /docs/${asset}`, { token: null })).status).toBe(200);
  });

  it('keeps the token over a reload and shows the document of /openapi.json', async () => {
    const script = await gateway.send('GET /docs/static/swagger-initializer.js', { token: null });
    expect(script.text).toMatch(/"?persistAuthorization"?: ?true/);
    const shown = await gateway.send('GET /docs/json', { token: null });
    expect(shown.body).toEqual((await gateway.send('GET /openapi.json', { token: null })).body);
  });

  it('tells a newcomer what to do in three steps', async () => {
    const { body } = await gateway.send('GET /openapi.json', { token: null });
    const { description } = body['info'] as { description: string };
    expect(description.match(/^\d\. /gm)).toHaveLength(3);
  });
});

describe('GET /', () => {
  it('links to pages that are there', async () => {
    const { body } = await gateway.send('GET /', { token: null });
    for (const path of Object.values(body['links'] as Record<string, string>)) {
      expect((await gateway.send(`GET ${path}`)).status).not.toBe(404);
    }
  });
});

describe('HEAD', () => {
  it.each(['HEAD /livez', 'HEAD /readyz', 'HEAD /agents'])('%s answers without a body', async (route) => {
    const reply = await gateway.send(route);
    expect(reply).toMatchObject({ status: 200, text: '' });
  });
});

describe('GET /metrics', () => {
  it('counts decisions and answers', async () => {
    const body = {
      agent: { agent_id: 'agent-finance-01', tenant_id: 'acme-corp' },
      steps: [{ tool_name: 'x' }],
    };
    await gateway.send('POST /evaluate', { body });
    await gateway.send('POST /evaluate', { body: {} });
    const { text, headers } = await gateway.send('GET /metrics', { token: null });
    expect(headers.get('content-type')).toContain('text/plain');
    expect(text).toContain(
      'aisecops_runtime_decision_total{decision="block",control="capability",tenant_id="acme-corp"} 1',
    );
    expect(text).toContain('aisecops_evaluate_duration_seconds_count 1');
    expect(text).toContain('aisecops_http_requests_total{method="POST",route="/evaluate",status="400"} 1');
  });
});

describe('policy files that cannot be loaded', () => {
  it('show in /readyz with file and line, and the last good bundle stays', async () => {
    const own = await startGateway();
    try {
      const before = (await own.send('GET /policies')).body['policies'];
      writeFileSync(join(own.policyDirectory, 'policies.yaml'), 'bundle: production\nrules: [\n');
      await expect
        .poll(async () => (await own.send('GET /readyz')).text, { timeout: 10_000 })
        .toContain('policies.yaml');
      const ready = await own.send('GET /readyz');
      expect(ready.body).toMatchObject({ ready: true });
      expect((await own.send('GET /health')).body).toMatchObject({ status: 'degraded' });
      const after = await own.send('GET /policies');
      expect(after.body['policies']).toEqual(before);
      expect(after.body['stale']).toMatchObject({ problems: [{ file: 'policies.yaml' }] });
    } finally {
      await own.stop();
    }
  });
});

describe('draining', () => {
  it('takes readiness away first and goes on answering', async () => {
    const own = await startGateway();
    try {
      own.gateway.drain();
      expect((await own.send('GET /readyz')).status).toBe(503);
      expect((await own.send('GET /livez')).status).toBe(200);
      const body = {
        agent: { agent_id: 'agent-finance-01', tenant_id: 'acme-corp' },
        steps: [{ tool_name: 'x' }],
      };
      expect((await own.send('POST /evaluate', { body })).status).toBe(200);
    } finally {
      await own.stop();
    }
  });
});
