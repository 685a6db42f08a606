import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import type { EventGroup } from '../../src/audit/event.ts';
import { BundleArchive } from '../../src/bundles/bundle-archive.ts';
import { BundleRegistry } from '../../src/bundles/bundle-registry.ts';
import { loadPolicySet } from '../../src/bundles/load-policy-set.ts';
import type { PolicyKey } from '../../src/bundles/manifest.ts';
import { checkedSet, keepVersion, summaryOf } from '../../src/bundles/policy-loader.ts';
import type { TestRunner } from '../../src/bundles/policy-tests.ts';
import { type DescribeChanges, ruleChanges } from '../../src/bundles/rule-changes.ts';
import { isSameName } from '../../src/policy/person-name.ts';
import type { VersionRecord } from '../../src/versions/records.ts';

export const ADA = { name: 'ada', token_id: 'tok-ada' };
export const LEE = { name: 'lee', token_id: 'tok-lee' };

/** A policies.yaml whose one rule says `reason`. */
export function blocking(reason: string): string {
  return `rules: [{ id: it, match: { tool_name: read }, action: block, reason: ${reason} }]\n`;
}

/** The reason of the rule that is active. */
export function reasonIn({ active }: BundleRegistry): unknown {
  return (active.bundle.content['rules'] as { reason: string }[])[0]?.reason;
}

const describeChanges: DescribeChanges = async ({ from, to }, listed) =>
  ruleChanges(from?.content ?? {}, to.content ?? {}, listed);

const runTest: TestRunner = () => ({ decision: 'block', reason: 'none', control: 'policy' });

/** The registry over a directory and a log in memory, both of which outlive it. */
export type PolicyFixture = {
  directory: string;
  archive: string;
  /** The time; it stands still. */
  now: { ms: number };
  /** Set: nothing can be recorded. */
  log: { groups: EventGroup[]; isBroken: boolean };
  write(files: Record<string, string>): void;
  open(settings?: { required?: number; keys?: PolicyKey[] }): Promise<BundleRegistry>;
  types(): string[];
};

export function policyFixture(reason = 'directory'): PolicyFixture {
  const root = mkdtempSync(join(tmpdir(), 'aisecops-bundles-'));
  onTestFinished(() => rmSync(root, { recursive: true, force: true }));
  const [directory, archive] = [join(root, 'policies'), join(root, 'archive')];
  mkdirSync(directory);
  const now = { ms: Date.UTC(2026, 10, 30, 12) };
  const log = { groups: [] as EventGroup[], isBroken: false };
  const write = (files: Record<string, string>) => {
    for (const [name, text] of Object.entries(files)) writeFileSync(join(directory, name), text);
  };
  write({ 'policies.yaml': blocking(reason) });
  let ids = 0;
  return {
    ...{ directory, archive, now, log, write },
    types: () => log.groups.flatMap(({ events }) => events.map(({ event_type }) => event_type)),
    open: ({ required = 1, keys = [] } = {}) =>
      BundleRegistry.open({
        ...{ directory, required, keys, describeChanges, isSamePerson: isSameName },
        archive: new BundleArchive(archive),
        store: { versionRecords: async () => log.groups.flatMap(recordsIn) },
        loader: {
          load: async (files) => checkedSet(files, runTest),
          compile: async (files) => loadPolicySet(files),
          check: async (files) => {
            const { set, problems } = checkedSet(files, runTest);
            return set === undefined ? { problems } : { checked: summaryOf(set) };
          },
          keep: ({ content = {}, ...kept }) => keepVersion(new BundleArchive(archive), { ...kept, content }),
          close: async () => undefined,
        },
        clock: () => now.ms,
        newId: (prefix) => {
          ids += 1;
          return `${prefix}-${ids}`;
        },
        record: async (group) => {
          if (log.isBroken) throw Object.assign(new Error('the disk is full'), { code: 'audit_unavailable' });
          log.groups.push(JSON.parse(JSON.stringify(group)));
        },
        prepare: async () => undefined,
        onActivate: () => undefined,
        onReload: () => undefined,
      }),
  };
}

/** What the store makes of events, in the words of its port. */
function recordsIn({ events }: EventGroup): VersionRecord[] {
  return events.flatMap(({ payload = {} }) =>
    (['publication', 'activation', 'request'] as const).flatMap((kind) =>
      payload[kind] === undefined ? [] : [{ kind, record: payload[kind] } as VersionRecord],
    ),
  );
}
