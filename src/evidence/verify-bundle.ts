import { z } from 'zod';
import { readAttestation } from './attestation.ts';
import { type BundleCheck, type BundleKeys, check, jsonOf } from './bundle-check.ts';
import { sha256, sumsOf } from './bundle-files.ts';
import { derivedFiles } from './derived-files.ts';
import { outsideCheck } from './outside-checkpoints.ts';
import { readRecord } from './read-record.ts';
import { type EvidenceRecord, eventsByTrace, eventsOf, type Subject } from './record.ts';
import { reevaluated } from './reevaluated.ts';
import { pick } from './sample.ts';
import { checkpointOf, inclusionChecks } from './verify-inclusion.ts';
import { filesInZip } from './zip.ts';

export type BundleReport = {
  /** False where anything is broken. */
  ok: boolean;
  /** What it is about; absent where nothing can be told. */
  kind?: Subject['kind'];
  trace_id?: string;
  checks: BundleCheck[];
};

const files = z.array(z.looseObject({ name: z.string(), bytes: z.int(), sha256: z.string() })).max(100_000);
const purged = z.record(z.string(), z.int().min(1)).optional();
const manifestSchema = z.discriminatedUnion('kind', [
  z.looseObject({ format: z.literal('1.0'), kind: z.literal('trace'), trace_id: z.string(), purged, files }),
  z.looseObject({
    format: z.literal('1.0'),
    kind: z.literal('period'),
    filter: z.record(z.string(), z.string()),
    sample: z.strictObject({ size: z.int(), seed: z.string() }).optional(),
    purged,
    files,
  }),
]);
const populationSchema = z.strictObject({ traces: z.array(z.string()) });

/**
 * Verifies a bundle from its bytes and keys alone, without writing anything. Throws `EvidenceError` `bundle_unreadable`
 * for what is no bundle; everything that is wrong with one is in the report.
 */
export async function verifyBundle(zip: Buffer, keys: BundleKeys): Promise<BundleReport> {
  const inZip = await filesInZip(zip);
  const manifest = manifestSchema.safeParse(jsonOf(inZip.get('manifest.json')));
  if (!manifest.success) {
    const message = 'manifest.json is missing, or none that is known';
    return { ok: false, checks: [{ name: 'files', result: 'broken', message }] };
  }
  const subject = subjectOf(manifest.data, inZip);
  const { files: listed } = manifest.data;
  const { record, faults } = readRecord(subject, inZip);
  const checks = [
    check(
      'files',
      fileFaults(inZip, listed),
      `${listed.length} files are what the manifest names, and no other is there`,
    ),
    attestation(inZip, keys.evidence),
    check(
      'integrity',
      faults,
      `${record.lines.length} events are what was written, in their order, none missing up to the last`,
    ),
    ...selection(record, subject),
    ...inclusionChecks(record, keys.log, inZip),
    ...outsideChecks(record, keys),
    policies(record),
    reproduction(record),
    readings(record, inZip),
  ];
  const about = subject.kind === 'trace' ? { trace_id: subject.trace_id } : {};
  return { ok: checks.every(({ result }) => result !== 'broken'), kind: subject.kind, ...about, checks };
}

/** Nothing where no checkpoint was given. */
function outsideChecks({ proof }: EvidenceRecord, { checkpoints = [], log }: BundleKeys): BundleCheck[] {
  if (checkpoints.length === 0) return [];
  return [outsideCheck(proof && checkpointOf(proof.checkpoint), checkpoints, log)];
}

function subjectOf(manifest: z.output<typeof manifestSchema>, inZip: ReadonlyMap<string, Buffer>): Subject {
  const gone = manifest.purged && { purged: manifest.purged };
  if (manifest.kind === 'trace') return { kind: manifest.kind, trace_id: manifest.trace_id, ...gone };
  const { kind, filter, sample } = manifest;
  const population = populationSchema.safeParse(jsonOf(inZip.get('population.json'))).data?.traces ?? [];
  return { kind, filter, ...(sample && { sample }), population, ...gone };
}

/**
 * Whether the traces are those that the seed picks, and no other; that the population is all there is, nobody can see. And
 * whether something was purged before: then it cannot be shown that all is here.
 */
function selection(record: EvidenceRecord, subject: Subject): BundleCheck[] {
  const purgedTraces = Object.entries(subject.purged ?? {});
  const gone = purgedTraces.map(([id, count]) => `${count} of ${id}`).join(', ');
  const message = `the first events of these were purged before, as the manifest says: ${gone}`;
  const purgedCheck: BundleCheck = { name: 'selection', result: 'not_shown', message };
  if (subject.kind === 'trace') return purgedTraces.length > 0 ? [purgedCheck] : [];
  const { sample, population } = subject;
  const expected = new Set(pick(population, sample));
  const found = eventsByTrace(record);
  const faults = [
    ...[...expected].filter((id) => !found.has(id)).map((id) => `the trace ${id} is not here`),
    ...[...found.keys()].filter((id) => !expected.has(id)).map((id) => `the trace ${id} was not picked`),
  ];
  const how = sample === undefined ? 'all' : `picked by the seed ${sample.seed}`;
  const picked = check('selection', faults, `${expected.size} of ${population.length} traces, ${how}`);
  return [picked.result === 'holds' && purgedTraces.length > 0 ? purgedCheck : picked];
}

const BESIDE_MANIFEST = ['SHA256SUMS', 'attestation.json', 'manifest.json'];

function fileFaults(
  files: ReadonlyMap<string, Buffer>,
  listed: readonly { name: string; bytes: number; sha256: string }[],
): string[] {
  const faults: string[] = [];
  for (const { name, bytes, sha256: digest } of listed) {
    const content = files.get(name);
    if (content === undefined) faults.push(`${name} is missing`);
    else if (content.length !== bytes || sha256(content) !== digest)
      faults.push(`${name} is not what the manifest names`);
  }
  const known = new Set([...listed.map(({ name }) => name), ...BESIDE_MANIFEST]);
  for (const name of files.keys()) if (!known.has(name)) faults.push(`${name} is not in the manifest`);
  const summed = [...files].filter(([name]) => name !== 'SHA256SUMS' && name !== 'attestation.json');
  const sums = sumsOf(summed.map(([name, content]) => ({ name, content })));
  if (files.get('SHA256SUMS')?.toString('utf8') !== sums) faults.push('SHA256SUMS does not name these files');
  return faults;
}

function attestation(files: ReadonlyMap<string, Buffer>, keys: BundleKeys['evidence']): BundleCheck {
  const text = files.get('attestation.json')?.toString('utf8');
  if (text === undefined)
    return { name: 'attestation', result: 'broken', message: 'attestation.json is missing' };
  const read = readAttestation(text, keys);
  if (read.problem !== undefined)
    return { name: 'attestation', result: 'broken', message: `attestation.json: ${read.problem}` };
  const { statement, signedBy, signatures } = read;
  const named = new Map(statement.subject.map(({ name, digest }) => [name, digest.sha256]));
  const faults = [...files].flatMap(([name, content]) =>
    name === 'attestation.json' || named.get(name) === sha256(content)
      ? []
      : [`${name} is not what was attested`],
  );
  for (const name of named.keys()) if (!files.has(name)) faults.push(`${name} was attested and is missing`);
  if (faults.length > 0) return check('attestation', faults, '');
  if (signedBy !== undefined)
    return {
      name: 'attestation',
      result: 'holds',
      message: `all files are those that ${signedBy} has signed`,
    };
  if (keys.length > 0 && signatures > 0)
    return { name: 'attestation', result: 'broken', message: 'it is signed, and by none of the keys given' };
  const why = signatures === 0 ? 'nobody has signed it' : 'no key was given';
  return { name: 'attestation', result: 'not_shown', message: `who exported it is not established: ${why}` };
}

function policies(record: EvidenceRecord): BundleCheck {
  const named = new Set(eventsOf(record).flatMap(({ policy_bundle }) => policy_bundle ?? []));
  const missing = [...named].filter((version) => !record.policies.has(version));
  if (missing.length === 0)
    return { name: 'policies', result: 'holds', message: `${named.size} bundles that decided are here` };
  return { name: 'policies', result: 'not_shown', message: `not here: ${missing.join(', ')}` };
}

function reproduction(record: EvidenceRecord): BundleCheck {
  const plans = reevaluated(record).flatMap((trace) => trace.plans);
  const of = (wanted: string) => plans.filter(({ result }) => result === wanted);
  const different = of('different').map(
    ({ execution_plan_id }) => `plan ${execution_plan_id} comes out otherwise`,
  );
  if (different.length > 0) return check('reproduction', different, '');
  if (plans.length === 0 && record.subject.kind === 'trace')
    return {
      name: 'reproduction',
      result: 'not_shown',
      message: 'there is no plan here that could be decided again',
    };
  const unclear = of('not_reproducible');
  if (unclear.length === 0)
    return {
      name: 'reproduction',
      result: 'holds',
      message: `${plans.length} plans, decided again from their facts, come to the same`,
    };
  const reasons = unclear.map(({ execution_plan_id, missing }) => `${execution_plan_id}: ${missing}`);
  return {
    name: 'reproduction',
    result: 'not_shown',
    message: `cannot be decided again: ${reasons.join(', ')}`,
  };
}

/** Report, summary, graph and the rest say what the record says: they are made again and compared. */
function readings(record: EvidenceRecord, files: ReadonlyMap<string, Buffer>): BundleCheck {
  const made = derivedFiles(record);
  const faults = made.flatMap(({ name, content }) =>
    files.get(name)?.equals(content) === true ? [] : [`${name} is not what the events give`],
  );
  return check('readings', faults, `${made.map(({ name }) => name).join(', ')} say what the events give`);
}
