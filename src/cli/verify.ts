import { createPublicKey, type JsonWebKey } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import type { HandOver } from '../audit/key-trail.ts';
import { type LogReport, reportLog } from '../audit/log-report.ts';
import type { BundleCheck, BundleKeys, BundleReport, OutsideCheckpoints } from '../evidence/bundle-check.ts';
import { verifyBundle } from '../evidence/verify-bundle.ts';
import { NoteError } from '../tlog/note-error.ts';
import { type NoteVerifier, parseVerifierKey } from '../tlog/note-key.ts';
import {
  AUDIT_FILE,
  auditFileOf,
  BROKEN,
  type Command,
  type Given,
  NOT_SHOWN,
  type Terminal,
  UsageError,
} from './command.ts';
import { Progress } from './progress.ts';
import { safeJson, safeText } from './safe-text.ts';

const REQUIREMENTS = ['signer', 'complete'] as const;

/** Verifies a log, or a bundle of evidence, by its files alone: no server, no store, no network. */
export function verifyCommand(name: string): Command {
  return {
    name,
    summary: 'Verify an audit log, or a bundle of evidence: every hash, chain, proof and signature',
    operand: { name: 'FILE.zip', description: 'a bundle of evidence, in place of the log' },
    options: {
      ...AUDIT_FILE,
      key: {
        value: 'KEY',
        multiple: true,
        description: 'who may have signed the log, as name+id+base64, from elsewhere',
      },
      'evidence-key': {
        value: 'FILE',
        multiple: true,
        description: 'who may have signed the bundle: a JWK, or a set of them, from elsewhere',
      },
      checkpoint: { value: 'FILE', multiple: true, description: 'checkpoints that were kept elsewhere' },
      require: {
        value: 'WHAT',
        multiple: true,
        description: `what must be shown: ${REQUIREMENTS.join(' or ')}`,
      },
      json: { description: 'the report as JSON' },
    },
    exits: {
      [BROKEN]:
        'the log or the bundle was changed, cut or exchanged, or others than the keys given have signed',
      [NOT_SHOWN]: 'nothing is wrong, but what was required, or what was given, could not be shown',
    },
    run: (given, terminal) =>
      typeof given['operand'] === 'string'
        ? verifyEvidence(given['operand'], given, terminal)
        : verify(given, terminal),
  };
}

/** What would be passed over, because it is about the other of log and bundle. */
function assertOneSubject({ operand, 'audit-file': file, 'evidence-key': evidenceKey }: Given): void {
  if (operand !== undefined && file !== undefined)
    throw new UsageError(`FILE.zip and --audit-file do not go together: verify ${operand} or the log`);
  if (operand === undefined && evidenceKey !== undefined)
    throw new UsageError('--evidence-key is for a bundle: give FILE.zip in place of --audit-file');
}

async function verify(given: Given, terminal: Terminal): Promise<number> {
  assertOneSubject(given);
  const required = requiredIn(given);
  const keys = keysIn(given);
  const progress = new Progress(terminal);
  const report = await reportLog(auditFileOf(given), {
    keys,
    checkpointFiles: checkpointFilesIn(given),
    onProgress: (events, bytes) =>
      progress.show(() => `${events.toLocaleString('en')} events, ${Math.round(bytes / 1e6)} MB`),
  });
  progress.end();
  terminal.out(given['json'] === true ? safeJson(report) : textOf(report));
  if (!report.ok) return BROKEN;
  const isSigned = keys.length === 0 || report.signer.status === 'established';
  return unmetOf(
    [
      ...(isSigned ? [] : ['--key: no checkpoint that a key given has signed']),
      ...required.filter((what) => !isShown(report, what)),
    ],
    terminal,
  );
}

function requiredIn(given: Given): string[] {
  const required = [given['require'] ?? []].flat().map(String);
  const unknown = required.find((what) => !(REQUIREMENTS as readonly string[]).includes(what));
  if (unknown === undefined) return required;
  throw new UsageError(`--require ${unknown}: there are ${REQUIREMENTS.join(' and ')}`);
}

function keysIn(given: Given): NoteVerifier[] {
  return [given['key'] ?? []].flat().map((key) => readKey(String(key)));
}

function checkpointFilesIn(given: Given): string[] {
  return [given['checkpoint'] ?? []].flat().map(String);
}

async function readOutside(source: string): Promise<OutsideCheckpoints> {
  return { source, text: await readFile(source, 'utf8') };
}

function unmetOf(unmet: readonly string[], terminal: Terminal): number {
  for (const what of unmet) terminal.err(`required and not shown: ${what}\n`);
  return unmet.length > 0 ? NOT_SHOWN : 0;
}

async function verifyEvidence(file: string, given: Given, terminal: Terminal): Promise<number> {
  assertOneSubject(given);
  const required = requiredIn(given);
  const keys: BundleKeys = {
    log: keysIn(given),
    checkpoints: await Promise.all(checkpointFilesIn(given).map(readOutside)),
    evidence: await evidenceKeys([given['evidence-key'] ?? []].flat().map(String)),
  };
  const report = await verifyBundle(await readFile(file), keys);
  terminal.out(given['json'] === true ? safeJson(report) : bundleText(report));
  if (!report.ok) return BROKEN;
  const holds = (name: BundleCheck['name']) => holdsIn(report, name);
  const isPartial = [report, ...(report.logs ?? [])].some(({ checks }) =>
    checks.some((check) => check.name === 'selection' && check.result !== 'holds'),
  );
  const isMet = (what: string) =>
    what === 'signer' ? holds('signer') && holds('attestation') : holds('inclusion') && !isPartial;
  // What is given is to be shown: who has signed the checkpoint over all events here, and the attestation.
  const wanted: BundleCheck['name'][] = [
    ...(keys.log.length > 0 ? (['signer', 'inclusion'] as const) : []),
    ...(keys.log.length > 0 && report.logs !== undefined ? (['logs'] as const) : []),
    ...(keys.evidence.length > 0 ? (['attestation'] as const) : []),
    ...(checkpointFilesIn(given).length > 0 ? (['checkpoints'] as const) : []),
  ];
  return unmetOf(
    [
      ...wanted.filter((name) => !holds(name)).map((name) => `${name}, for which something was given`),
      ...required.filter((what) => !isMet(what)),
    ],
    terminal,
  );
}

/** Of a bundle of bundles it has to hold in each of them; whether it is all there, and attested, also in itself. */
function holdsIn(report: BundleReport, name: BundleCheck['name']): boolean {
  const { logs = [report] } = report;
  const subjects = name === 'logs' ? [report] : name === 'attestation' ? [report, ...logs] : logs;
  const looked = subjects.map(({ checks }) => checks.find((check) => check.name === name));
  // A checkpoint that was kept is of one log, and says nothing of the others.
  const wanted = name === 'checkpoints' ? looked.filter((check) => check !== undefined) : looked;
  return wanted.length > 0 && wanted.every((check) => check?.result === 'holds');
}

async function evidenceKeys(files: readonly string[]): Promise<BundleKeys['evidence']> {
  const read = await Promise.all(files.map(async (file) => ({ file, text: await readFile(file, 'utf8') })));
  return read.flatMap(({ file, text }) => {
    try {
      const value = JSON.parse(text) as { keys?: unknown };
      return [value.keys ?? value].flat().map((jwk) => {
        const { kid = 'without a name' } = jwk as { kid?: string };
        return { kid, publicKey: createPublicKey({ key: jwk as JsonWebKey, format: 'jwk' }) };
      });
    } catch {
      throw new UsageError(`--evidence-key ${file}: it holds no public key as JWK`);
    }
  });
}

const RESULT_WORDS: Record<BundleCheck['result'], string> = {
  holds: 'holds',
  broken: 'BROKEN',
  not_shown: 'not shown',
};

/** Each thing on a line of its own; of a bundle of bundles those of each log below its name. */
function bundleText({ checks, logs = [] }: BundleReport): string {
  const lines = checks.map(
    ({ name, result, message }) => `${name.padEnd(13)} ${RESULT_WORDS[result]}: ${safeText(message)}\n`,
  );
  const below = logs.map((log) => `\n${safeText(log.origin ?? '')}\n${bundleText(log)}`);
  return [...lines, ...below].join('');
}

function isShown({ signer, completeness, integrity }: LogReport, what: string): boolean {
  return what === 'signer' ? signer.status === 'established' : completeness.covered === integrity.events;
}

function readKey(text: string): NoteVerifier {
  try {
    return parseVerifierKey(text);
  } catch (error) {
    if (error instanceof NoteError) throw new UsageError(`--key: ${error.message}`);
    throw error;
  }
}

/** Each thing on a line of its own: what holds, what does not, and what nobody looked at. */
function textOf(report: LogReport): string {
  const lines: [string, string][] = [
    ['Integrity', integrityOf(report)],
    ...purgeTexts(report).map((line): [string, string] => ['Purged', line]),
    ...completenessOf(report).map((line): [string, string] => ['Completeness', line]),
    ['Signer', signerOf(report)],
    ...report.rotations.map((step): [string, string] => ['Key replaced', rotationText(step)]),
    ['Witnesses', 'not checked'],
  ];
  return lines.map(([title, text]) => `${title.padEnd(13)} ${safeText(text)}\n`).join('');
}

/** What is gone, as the log itself tells; what its checkpoints say of that is said with them. */
function purgeTexts({ purges, integrity: { purged_events } }: LogReport): string[] {
  const told = purges.map(({ first, last, at, by, approver, policy, reason, sequence }) => {
    const isGone = last < purged_events ? '' : '; its file is still there';
    const approved = approver === undefined ? '' : `, approved by ${approver}`;
    return `events ${first}-${last} at ${at} by ${by}${approved} (${policy}: ${reason}), says event ${sequence}${isGone}`;
  });
  const first = purges[0]?.first ?? 0;
  if (first === 0) return told;
  return [`events 0-${first - 1} before that; what said so was among what was purged later`, ...told];
}

function integrityOf({ integrity: { holds, events, purged_events, first_bad, origin } }: LogReport): string {
  const range = purged_events === 0 ? '' : `, from event ${purged_events} on,`;
  if (holds) return `holds: ${events - purged_events} events${range} of ${origin ?? 'a log without a name'}`;
  const { sequence, offset, reason, message } = first_bad ?? {
    sequence: 0,
    offset: 0,
    reason: '',
    message: '',
  };
  return `BROKEN at event ${sequence}, byte ${offset}: ${message} (${reason}); the ${events} events before it hold`;
}

function completenessOf({ completeness, integrity }: LogReport): string[] {
  const { faults, checkpoints, holding, covered, unreadable, not_shown } = completeness;
  const held = `${holding} checkpoints hold, the newest over ${covered} of ${integrity.events} events`;
  if (faults.length > 0) {
    const broken = faults.map(({ source, message }) => `BROKEN by ${source}: ${message}`);
    return holding > 0 ? [...broken, held] : broken;
  }
  if (checkpoints === 0) return ['not shown: there is no checkpoint, so a cut end would not show'];
  if (!integrity.holds) return ['not shown: the log stops holding before', ...(holding > 0 ? [held] : [])];
  const behind = integrity.events - covered;
  const rest = behind > 0 ? `; the last ${behind} are in none` : '';
  const purged = not_shown > 0 ? `; ${not_shown} are over purged events alone and were not checked` : '';
  const torn = unreadable > 0 ? `; ${unreadable} lines of their histories were cut short` : '';
  return [`${held}${rest}${purged}${torn}`];
}

function rotationText({ sequence, old_key, new_key, reason, by, shown_at, believed }: HandOver): string {
  const what = `at event ${sequence} by ${by} (${reason}): ${old_key} hands over to ${new_key}`;
  if (shown_at === undefined) return `${what}; NOT SHOWN: no checkpoint here is signed by both`;
  const who = believed ? 'the old key was trusted, so the new one is' : 'the old key was not given';
  return `${what}; the checkpoint over ${shown_at} events is signed by both, and ${who}`;
}

function signerOf({ signer: { status, key }, completeness: { covered } }: LogReport): string {
  if (status === 'established') return `established: ${key}, over the first ${covered} events`;
  if (status === 'foreign')
    return `BROKEN: the newest checkpoint is signed by ${key ?? 'a key that nobody knows'}, and by no key given`;
  if (status === 'claimed')
    return `not established: the log itself names ${key}; give it with --key if you trust it`;
  return 'not established: no checkpoint that holds is signed by a known key';
}
