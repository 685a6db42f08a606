import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type AgentAnswer, AgentDirectory, type AgentLookup } from '../../src/agents/agent-directory.ts';
import { type AgentRecord, agentRecordSchema } from '../../src/agents/agent-record.ts';
import { openParts, tempDirectory } from '../store/open-parts.ts';

function agent(agent_id: string, over: Partial<AgentRecord> = {}): AgentRecord {
  return agentRecordSchema.parse({ agent_id, tenant_id: 'acme', ...over });
}

async function openDirectory(directory = tempDirectory()) {
  const parts = await openParts(directory);
  return { ...parts, agents: await AgentDirectory.open(parts) };
}

const target = (agent_id: string, tenant_id = 'acme') => ({ agent_id, tenant_id, by: 'ann' });

describe('find', () => {
  it('answers for id and tenant, id alone, and name', async () => {
    const { agents } = await openDirectory();
    const a = agent('a', { agent_name: 'finance' });
    agents.useFile([a, agent('b', { tenant_id: 'globex' }), agent('c'), agent('c', { tenant_id: 'globex' })]);
    const found = { status: 'found', agent: a };
    expect(agents.find({ tenant_id: 'acme', agent_id: 'a' })).toEqual(found);
    expect(agents.find({ agent_id: 'a' })).toEqual(found);
    expect(agents.find({ tenant_id: 'acme', agent_name: 'finance' })).toEqual(found);
    expect(agents.find({ agent_name: 'finance' })).toEqual(found);
    expect(agents.find({ tenant_id: 'acme', agent_id: 'b' })).toEqual({ status: 'foreign' });
    expect(agents.find({ tenant_id: 'globex', agent_name: 'finance' })).toEqual({ status: 'foreign' });
    expect(agents.find({ agent_id: 'c' })).toEqual({ status: 'ambiguous' });
    expect(agents.find({ tenant_id: 'acme', agent_id: 'nobody' })).toEqual({ status: 'unknown' });
    expect(agents.find({ tenant_id: 'acme' })).toEqual({ status: 'unknown' });
  });

  it('goes by the id where a plan gives both', async () => {
    const { agents } = await openDirectory();
    agents.useFile([agent('a', { agent_name: 'x' }), agent('b', { agent_name: 'y' })]);
    expect(agents.find({ tenant_id: 'acme', agent_id: 'a', agent_name: 'y' })).toMatchObject({
      agent: { agent_id: 'a' },
    });
  });

  it('means nobody by a name that two agents share', async () => {
    const { agents } = await openDirectory();
    agents.useFile([agent('a', { agent_name: 'twin' }), agent('b', { agent_name: 'twin' })]);
    expect(agents.find({ tenant_id: 'acme', agent_name: 'twin' })).toEqual({ status: 'ambiguous' });
  });

  it.each([
    ['Cyrillic а', 'agent-finаnce'],
    ['another case', 'Agent-finance'],
    ['a combining mark', 'agent-finance\u0301'],
    ['full width', 'ａgent-finance'],
    ['a zero-width space', 'agent-finance\u200b'],
    ['a space', 'agent-finance '],
    ['a prototype member', '__proto__'],
    ['a prototype method', 'constructor'],
  ])('takes a look-alike with %s for nobody', async (_, lookAlike) => {
    const { agents } = await openDirectory();
    agents.useFile([agent('agent-finance')]);
    expect(agents.find({ tenant_id: 'acme', agent_id: lookAlike })).toEqual({ status: 'unknown' });
    expect(agents.find({ tenant_id: lookAlike, agent_id: 'agent-finance' })).toEqual({ status: 'foreign' });
  });

  it('answers as a walk over the list would', async () => {
    const { agents } = await openDirectory();
    const text = fc.constantFrom('a', 'b', 'á', 'a\u0301');
    const record = fc
      .record({ tenant_id: text, agent_id: text, agent_name: text })
      .map((ids) => agentRecordSchema.parse(ids));
    const list = fc.uniqueArray(record, {
      selector: (one) => `${one.tenant_id} ${one.agent_id}`,
      maxLength: 12,
    });
    const maybe = fc.option(text, { nil: undefined });
    fc.assert(
      fc.property(list, maybe, maybe, maybe, (records, tenant, id, name) => {
        agents.useFile(records);
        const lookup = Object.fromEntries(
          Object.entries({ tenant_id: tenant, agent_id: id, agent_name: name }).filter(
            ([, value]) => value !== undefined,
          ),
        );
        expect(agents.find(lookup)).toEqual(naiveFind(records, lookup));
      }),
      { numRuns: 500 },
    );
  });
});

/** The answer by walking the whole list. */
function naiveFind(
  records: readonly AgentRecord[],
  { tenant_id, agent_id, agent_name }: AgentLookup,
): AgentAnswer {
  if (agent_id === undefined && agent_name === undefined) return { status: 'unknown' };
  const named = records.filter((one) =>
    agent_id === undefined ? one.agent_name === agent_name : one.agent_id === agent_id,
  );
  if (named.length === 0) return { status: 'unknown' };
  const own = named.filter((one) => tenant_id === undefined || one.tenant_id === tenant_id);
  const [only] = own;
  if (only === undefined) return { status: 'foreign' };
  return own.length > 1 ? { status: 'ambiguous' } : { status: 'found', agent: only };
}

describe('changes over the API', () => {
  it('registers an agent that is there after a restart', async () => {
    const directory = tempDirectory();
    const first = await openDirectory(directory);
    await first.agents.register(agent('a', { capabilities: ['cap'] }), 'ann');
    await first.agents.update(target('a'), { capabilities: ['cap', 'more'], agent_name: 'n' });
    await first.close();
    const { agents } = await openDirectory(directory);
    expect(agents.get('acme', 'a')).toEqual(agent('a', { capabilities: ['cap', 'more'], agent_name: 'n' }));
    expect(agents.originOf(agents.get('acme', 'a'))).toBe('api');
  });

  it('takes no id and no name twice in a tenant', async () => {
    const { agents } = await openDirectory();
    agents.useFile([agent('a', { agent_name: 'n' })]);
    const taken = { code: 'agent_exists' };
    await expect(agents.register(agent('a'), 'ann')).rejects.toMatchObject(taken);
    await expect(agents.register(agent('b', { agent_name: 'n' }), 'ann')).rejects.toMatchObject(taken);
    await agents.register(agent('b', { tenant_id: 'globex', agent_name: 'n' }), 'ann');
    await agents.register(agent('b'), 'ann');
    await expect(agents.update(target('b'), { agent_name: 'n' })).rejects.toMatchObject(taken);
  });

  it('registers one of two at once', async () => {
    const { agents } = await openDirectory();
    const both = await Promise.allSettled([
      agents.register(agent('a'), 'ann'),
      agents.register(agent('a'), 'bob'),
    ]);
    expect(both.map((one) => one.status).toSorted()).toEqual(['fulfilled', 'rejected']);
  });

  it('leaves an agent of the file to the file, but can stop it', async () => {
    const directory = tempDirectory();
    const first = await openDirectory(directory);
    first.agents.useFile([agent('a', { capabilities: ['one'] })]);
    await expect(first.agents.update(target('a'), { capabilities: [] })).rejects.toMatchObject({
      code: 'agent_read_only',
    });
    await first.agents.suspend(target('a'));
    first.agents.useFile([agent('a', { capabilities: ['two'] })]);
    expect(first.agents.get('acme', 'a')).toMatchObject({ status: 'suspended', capabilities: ['two'] });
    await first.close();
    const { agents } = await openDirectory(directory);
    expect(agents.find({ tenant_id: 'acme', agent_id: 'a' })).toEqual({ status: 'unknown' });
    agents.useFile([agent('a')]);
    expect(agents.get('acme', 'a').status).toBe('suspended');
    expect((await agents.resume(target('a'))).status).toBe('active');
    agents.useFile([agent('a')]);
    expect(agents.get('acme', 'a').status).toBe('active');
  });

  it('does not resume what the file itself stops', async () => {
    const { agents } = await openDirectory();
    agents.useFile([agent('a', { status: 'suspended' })]);
    await expect(agents.resume(target('a'))).rejects.toMatchObject({ code: 'agent_read_only' });
  });

  it('retires for good', async () => {
    const { agents } = await openDirectory();
    await agents.register(agent('a'), 'ann');
    await agents.update(target('a'), { status: 'retired' });
    await expect(agents.resume(target('a'))).rejects.toMatchObject({ code: 'agent_state_conflict' });
    await expect(agents.suspend(target('a'))).rejects.toMatchObject({ code: 'agent_state_conflict' });
  });

  it('changes nothing without its event', async () => {
    const { agents, log } = await openDirectory();
    await agents.register(agent('a'), 'ann');
    await log.close();
    const unavailable = { code: 'audit_unavailable' };
    await expect(agents.suspend(target('a'))).rejects.toMatchObject(unavailable);
    await expect(agents.suspend(target('a'))).rejects.toMatchObject(unavailable);
    await expect(agents.register(agent('b'), 'ann')).rejects.toMatchObject(unavailable);
    expect(agents.get('acme', 'a').status).toBe('active');
    expect(agents.find({ agent_id: 'b' })).toEqual({ status: 'unknown' });
  });

  it('reads the file that came while the event was written', async () => {
    const { agents } = await openDirectory();
    agents.useFile([agent('a', { capabilities: ['old'] })]);
    const suspending = agents.suspend(target('a'));
    agents.useFile([agent('a', { capabilities: ['new'] })]);
    await suspending;
    expect(agents.get('acme', 'a')).toMatchObject({ status: 'suspended', capabilities: ['new'] });
  });

  it('knows nothing of another tenant', async () => {
    const { agents } = await openDirectory();
    await agents.register(agent('a'), 'ann');
    await expect(agents.suspend(target('a', 'globex'))).rejects.toMatchObject({ code: 'agent_not_found' });
  });

  it('keeps the agents it had when the file names one twice', async () => {
    const { agents } = await openDirectory();
    agents.useFile([agent('a')]);
    expect(() => agents.useFile([agent('b'), agent('b')])).toThrow(
      expect.objectContaining({ code: 'invalid_agent' }),
    );
    expect(agents.get('acme', 'a').agent_id).toBe('a');
  });
});

describe('list', () => {
  it('pages by tenant and id without loss or repeat', async () => {
    const { agents } = await openDirectory();
    const records = ['b', 'a'].flatMap((tenant) =>
      ['3', '1', '2', '10'].map((id) => agent(id, { tenant_id: tenant })),
    );
    agents.useFile(records);
    const seen: string[] = [];
    let cursor: string | undefined;
    do {
      const page = agents.list({ limit: 3, ...(cursor === undefined ? {} : { cursor }) });
      seen.push(...page.items.map((one) => `${one.tenant_id}${one.agent_id}`));
      cursor = page.next_cursor;
    } while (cursor !== undefined);
    expect(seen).toEqual(['a1', 'a10', 'a2', 'a3', 'b1', 'b10', 'b2', 'b3']);
    expect(agents.list({ tenant_id: 'a', limit: 4 })).toMatchObject({ items: { length: 4 } });
    expect(agents.list({ tenant_id: 'a', limit: 4 }).next_cursor).toBeUndefined();
    expect(agents.list({ tenant_id: 'c', limit: 4 }).items).toEqual([]);
    for (const bad of ['', '!', 'bnVsbA', Buffer.from('[1,2]').toString('base64url')]) {
      expect(() => agents.list({ limit: 3, cursor: bad })).toThrow(
        expect.objectContaining({ code: 'invalid_cursor' }),
      );
    }
  });
});
