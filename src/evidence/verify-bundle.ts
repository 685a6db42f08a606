import type { KeyObject } from 'node:crypto';
import { z } from 'zod';
import { type Checkpoint, parseCheckpoint } from '../tlog/checkpoint.ts';
import { NoteError } from '../tlog/note-error.ts';
import { type NoteVerifier, parseVerifierKey } from '../tlog/note-key.ts';
import { rootOfInclusion } from '../tlog/proof.ts';
import { openNote, parseNote } from '../tlog/signed-note.ts';
import { parseProof } from '../tlog/tlog-proof.ts';
import { leafHash } from '../tlog/tree-hash.ts';
import { readAttestation } from './attestation.ts';
import { derivedFiles, reevaluated } from './derived-files.ts';
import { readRecord } from './read-record.ts';
import { sha256, sumsOf } from './trace-bundle.ts';
import { eventsOf, type TraceRecord } from './trace-record.ts';
import { filesInZip } from './zip.ts';

/** One thing that was looked at. Nothing stands for another, and what nobody could look at is said to be so. */
export type BundleCheck = {
  name:
    | 'files'
    | 'attestation'
    | 'integrity'
    | 'inclusion'
    | 'signer'
    | 'policies'
    | 'reproduction'
    | 'readings';
  result: 'holds' | 'broken' | 'not_shown';
  message: string;
};

export type BundleReport = {
  /** False where anything is broken. */
  ok: boolean;
  trace_id: string | undefined;
  checks: BundleCheck[];
};

export type BundleKeys = {
  /** Who may have signed the checkpoint, from a source that is trusted. */
  log: readonly NoteVerifier[];
  /** Who may have signed the attestation. */
  evidence: readonly { kid: string; publicKey: KeyObject }[];
};

const manifestSchema = z.looseObject({
  format: z.literal('1.0'),
  kind: z.literal('trace'),
  trace_id: z.string(),
  files: z.array(z.looseObject({ name: z.string(), bytes: z.int(), sha256: z.string() })).max(50_000),
});

/**
 * Verifies a bundle from its bytes and keys alone, without writing anything. Throws `EvidenceError` `bundle_unreadable`
 * for what is no bundle; everything that is wrong with one is in the report.
 */
export async function verifyBundle(zip: Buffer, keys: BundleKeys): Promise<BundleReport> {
  const files = await filesInZip(zip);
  const manifest = manifestSchema.safeParse(jsonOf(files.get('manifest.json')));
  if (!manifest.success) {
    const message = 'manifest.json is missing, or none that is known';
    return { ok: false, trace_id: undefined, checks: [{ name: 'files', result: 'broken', message }] };
  }
  const { trace_id, files: listed } = manifest.data;
  const { record, faults } = readRecord(trace_id, files);
  const checks = [
    check(
      'files',
      fileFaults(files, listed),
      `${listed.length} files are what the manifest names, and no other is there`,
    ),
    attestation(files, keys.evidence),
    check(
      'integrity',
      faults,
      `${record.lines.length} events are what was written, in their order, none missing up to the last`,
    ),
    ...proofs(record, keys.log, files),
    policies(record),
    reproduction(record),
    readings(record, files),
  ];
  return { ok: checks.every(({ result }) => result !== 'broken'), trace_id, checks };
}

function check(name: BundleCheck['name'], faults: readonly string[], holds: string): BundleCheck {
  if (faults.length === 0) return { name, result: 'holds', message: holds };
  const more = faults.length > 5 ? `; and ${faults.length - 5} more` : '';
  return { name, result: 'broken', message: `${faults.slice(0, 5).join('; ')}${more}` };
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
  const { statement, signedBy, problem } = { signedBy: undefined, ...readAttestation(text, keys) };
  if (problem !== undefined || statement === undefined)
    return { name: 'attestation', result: 'broken', message: `attestation.json: ${problem}` };
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
  const why = keys.length === 0 ? 'no key was given' : 'none of the keys given has signed it';
  return { name: 'attestation', result: 'not_shown', message: `who exported it is not established: ${why}` };
}

function proofs(
  record: TraceRecord,
  keys: readonly NoteVerifier[],
  files: ReadonlyMap<string, Buffer>,
): BundleCheck[] {
  const { proof, lines } = record;
  if (proof === undefined) {
    const message = 'there is no checkpoint, so nothing ties the events to a log';
    return [
      { name: 'inclusion', result: 'not_shown', message },
      { name: 'signer', result: 'not_shown', message },
    ];
  }
  const checkpoint = checkpointOf(proof.checkpoint);
  if (checkpoint === undefined) return [check('inclusion', ['proof/checkpoint is no checkpoint'], '')];
  const faults = lines.flatMap(({ raw, event }) => {
    const text = proof.proofs.get(event.sequence);
    if (
      text === undefined ||
      isIncluded(text, { raw, sequence: event.sequence, checkpoint, note: proof.checkpoint })
    )
      return [];
    return [`the proof of event ${event.sequence} does not lead to the signed root`];
  });
  const proven = lines.filter(({ event }) => proof.proofs.has(event.sequence)).length;
  const { origin, size } = checkpoint;
  const inclusion = check(
    'inclusion',
    faults,
    `${proven} of ${lines.length} events are in the log ${origin} as it was signed with ${size} events`,
  );
  if (inclusion.result === 'holds' && proven < lines.length) inclusion.result = 'not_shown';
  return [inclusion, signer(proof.checkpoint, keys, files)];
}

function isIncluded(
  text: string,
  {
    raw,
    sequence,
    checkpoint,
    note,
  }: { raw: Buffer; sequence: number; checkpoint: Checkpoint; note: string },
): boolean {
  try {
    const { index, path, checkpoint: own } = parseProof(text);
    const { size, root } = checkpoint;
    return (
      index === sequence &&
      own === note &&
      rootOfInclusion({ index, size, leaf: leafHash(raw), path }) === root
    );
  } catch (error) {
    if (error instanceof NoteError) return false;
    throw error;
  }
}

function checkpointOf(note: string): Checkpoint | undefined {
  try {
    return parseCheckpoint(parseNote(note).text);
  } catch (error) {
    if (error instanceof NoteError) return undefined;
    throw error;
  }
}

function signer(
  note: string,
  keys: readonly NoteVerifier[],
  files: ReadonlyMap<string, Buffer>,
): BundleCheck {
  const claimed = claimedKey(files);
  try {
    const { signers } = openNote(note, keys.length > 0 ? keys : claimed);
    const [first] = signers;
    if (keys.length > 0)
      return { name: 'signer', result: 'holds', message: `the checkpoint is signed by ${first}` };
    const message = `not established: proof/keys.json claims ${first}; give the key with --key if you have it from elsewhere`;
    return { name: 'signer', result: 'not_shown', message };
  } catch (error) {
    if (!(error instanceof NoteError)) throw error;
    const result = error.code === 'note_unsigned' ? 'not_shown' : 'broken';
    return { name: 'signer', result, message: error.message };
  }
}

function claimedKey(files: ReadonlyMap<string, Buffer>): NoteVerifier[] {
  const { log } = Object(jsonOf(files.get('proof/keys.json'))) as { log?: unknown };
  if (typeof log !== 'string') return [];
  try {
    return [parseVerifierKey(log)];
  } catch (error) {
    if (error instanceof NoteError) return [];
    throw error;
  }
}

function policies(record: TraceRecord): BundleCheck {
  const named = new Set(eventsOf(record).flatMap(({ policy_bundle }) => policy_bundle ?? []));
  const missing = [...named].filter((version) => !record.policies.has(version));
  if (missing.length === 0)
    return { name: 'policies', result: 'holds', message: `${named.size} bundles that decided are here` };
  return { name: 'policies', result: 'not_shown', message: `not here: ${missing.join(', ')}` };
}

function reproduction(record: TraceRecord): BundleCheck {
  const { plans } = reevaluated(record);
  const of = (wanted: string) => plans.filter(({ result }) => result === wanted);
  const different = of('different').map(
    ({ execution_plan_id }) => `plan ${execution_plan_id} comes out otherwise`,
  );
  if (different.length > 0) return check('reproduction', different, '');
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
function readings(record: TraceRecord, files: ReadonlyMap<string, Buffer>): BundleCheck {
  const made = derivedFiles(record);
  const faults = made.flatMap(({ name, content }) =>
    files.get(name)?.equals(content) === true ? [] : [`${name} is not what the events give`],
  );
  return check('readings', faults, `${made.map(({ name }) => name).join(', ')} say what the events give`);
}

function jsonOf(content: Buffer | undefined): unknown {
  try {
    return content === undefined ? undefined : JSON.parse(content.toString('utf8'));
  } catch {
    return undefined;
  }
}
