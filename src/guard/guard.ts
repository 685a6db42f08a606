import { type Abuse, argumentAbuse } from './arguments/argument-abuse.ts';
import { operatorAbuse } from './arguments/operator-abuse.ts';
import { leaks } from './destinations.ts';
import { withEachKind } from './each-kind.ts';
import type {
  Direction,
  Finding,
  Guard,
  GuardSettings,
  Inspection,
  OperatorPlace,
  Redaction,
  Verdict,
} from './finding.ts';
import { tradeWords } from './mention.ts';
import { isDiscountable, type Observation, phraseObservations } from './observation.ts';
import { personalData } from './pii/personal-data.ts';
import { type Profile, scoreOf, signWeight, verdictOf } from './score.ts';
import { allSecrets } from './secrets/all-secrets.ts';
import { redactText } from './secrets/redact-text.ts';
import { createSecretScanner } from './secrets/secret-scanner.ts';
import { DEFAULT_SETTINGS, withProfile } from './settings.ts';
import { underSettings } from './under-settings.ts';
import { splitPayloads } from './views/assembled.ts';
import { hiddenRuns } from './views/hidden.ts';
import type { View } from './views/view.ts';
import { viewsOf } from './views/views.ts';

/** UTF-16 code units read in full. What comes after is not read, and a finding says so. */
export const INSPECTION_LIMIT = 1_048_576;
/** Findings reported for one text, heaviest first, and beyond them one of each kind. All signs count for the verdict. */
const MAX_FINDINGS = 64;
/** A prompt of so many code units may be an article, or hold one. */
const ARTICLE = 600;
/** The weight from which a sign is reported although it did not add up to a verdict. */
const MIN_ALONE = 4;

export type GuardOptions = { profile?: Profile };

/**
 * Makes a guard. It holds no state between calls, reads no clock and does no I/O: the same text, direction and
 * profile always give the same answer. Profile `balanced` unless said otherwise.
 */
export function createGuard({ profile = 'balanced' }: GuardOptions = {}): Guard {
  const secrets = allSecrets(createSecretScanner());
  const own = withProfile(DEFAULT_SETTINGS, profile);
  return {
    secrets,
    inspect: (text, direction, settings = own, operator = undefined) =>
      inspect(text, direction, { settings, redactions: secrets(text), operator }),
  };
}

type Asked = {
  settings: GuardSettings;
  redactions: Redaction[];
  operator: OperatorPlace | undefined;
};

function inspect(text: string, direction: Direction, { settings, redactions, operator }: Asked): Inspection {
  const truncated = text.length > INSPECTION_LIMIT;
  const read = truncated ? text.slice(0, INSPECTION_LIMIT) : text;
  const views = viewsOf(read);
  const seen = [...phraseObservations(read, views, direction), ...otherObservations(read, views, direction)];
  if (operator !== undefined) seen.push(...operatorAbuse(text, operator).map(observed));
  const { observations, canaries } = underSettings(seen, { text: read, direction, settings });
  const score = discountedScore(observations, views, { direction, flag: settings.levels[direction].flag });
  const verdict = verdictOf(score, observations, direction, settings.levels[direction]);
  const personal = besides(personalData(read, { withContacts: direction === 'output' }), redactions);
  const findings = [
    ...reported(observations, verdict),
    ...secretFindings(redactions),
    ...personalFindings(personal),
    ...(truncated ? [partialInspection(text)] : []),
  ].sort((one, other) => one.start - other.start || one.end - other.end);
  return {
    verdict: raised(verdict, { direction, truncated, hasSecret: redactions.length > 0 }),
    findings,
    sanitized: redactText(
      text,
      direction === 'output' ? inOrder([...canaries, ...redactions, ...personal]) : redactions,
    ),
    truncated,
  };
}

/**
 * Words of the security trade lower a score; they are counted only where it would matter. Arguments are values, and a
 * short prompt is what somebody asks for, maybe as a *security researcher*: no vocabulary makes them better.
 */
function discountedScore(
  observations: readonly Observation[],
  views: readonly View[],
  { direction, flag }: { direction: Direction; flag: number },
): number {
  const score = scoreOf(observations, 0);
  if (direction === 'arguments' || score < flag) return score;
  const text = views[0]?.text ?? '';
  if (direction === 'input' && text.length < ARTICLE) return score;
  return scoreOf(observations, tradeWords(text));
}

/** Signs that are not phrases. */
function otherObservations(text: string, views: readonly View[], direction: Direction): Observation[] {
  const found = [
    ...hiddenObservations(text),
    ...nestedObservations(views),
    ...splitObservations(text, views),
    ...leakObservations(text, direction),
  ];
  if (direction === 'arguments') found.push(...argumentAbuse(text).map(observed));
  return found;
}

const PLAIN = { isDisguised: false, mention: 'said', blocksContext: false, blocksAlways: false } as const;

function hiddenObservations(text: string): Observation[] {
  return hiddenRuns(text).map((run) => ({
    ...PLAIN,
    family: 'concealment',
    detector: run.text === '' ? 'hidden.invisible_run' : 'hidden.invisible_text',
    category: 'hidden_text',
    severity: run.text === '' ? 'low' : 'medium',
    weight: run.text === '' ? 2 : 4,
    message: `Holds ${run.text === '' ? 'a run of invisible characters' : 'text written in invisible characters'}.`,
    place: () => run,
  }));
}

function nestedObservations(views: readonly View[]): Observation[] {
  return views
    .filter((view) => view.layers === 3)
    .map((view) => ({
      ...PLAIN,
      place: () => view.spanOf(0, 1),
      family: 'concealment',
      detector: 'hidden.nested_encoding',
      category: 'hidden_text',
      severity: 'medium',
      weight: 4,
      message: 'Text encoded three times or more; the third layer was not opened.',
    }));
}

function splitObservations(text: string, views: readonly View[]): Observation[] {
  if (!views.some((view) => view.name === 'assembled')) return [];
  return splitPayloads(text).map((span) => ({
    ...PLAIN,
    place: () => span,
    family: 'concealment',
    detector: 'hidden.split_payload',
    category: 'hidden_text',
    severity: 'medium',
    weight: 4,
    message: 'Hands over a text in numbered pieces, to be put together.',
  }));
}

function leakObservations(text: string, direction: Direction): Observation[] {
  return leaks(text).map(({ start, end, reason }) => ({
    ...PLAIN,
    family: 'destination',
    detector: `destination.${reason}`,
    category: reason === 'scheme' ? 'active_content' : 'data_exfiltration',
    severity: direction === 'input' ? 'low' : 'high',
    weight: direction === 'input' ? 1 : 6,
    message:
      reason === 'scheme'
        ? 'A link runs script when it is followed.'
        : 'A link or image carries data to another host in its address.',
    blocksContext: true,
    blocksAlways: true,
    place: () => ({ start, end }),
  }));
}

function observed({ id, start, end, ...abuse }: Abuse): Observation {
  return {
    ...PLAIN,
    ...abuse,
    place: () => ({ start, end }),
    detector: id,
    family: abuse.category,
    blocksAlways: true,
  };
}

/**
 * Findings as they leave: of what one family says of one place the heaviest. What was only mentioned, or did not add up
 * to a verdict, is of low severity; small signs that did not add up are nothing to report.
 */
function reported(observations: readonly Observation[], verdict: Verdict): Finding[] {
  const worth = verdict === 'allow' ? observations.filter((seen) => seen.weight >= MIN_ALONE) : observations;
  const heaviest = [...worth].sort((one, other) => signWeight(other) - signWeight(one));
  const findings: (Finding & { family: string })[] = [];
  const said = new Set<string>();
  for (const [index, seen] of heaviest.entries()) {
    const { detector, category, message, family } = seen;
    const severity = verdict === 'allow' || isDiscountable(seen) ? 'low' : seen.severity;
    if (index >= MAX_FINDINGS && said.has(`${detector} ${severity}`)) continue;
    const { start, end } = seen.place();
    if (findings.some((one) => one.family === family && one.start < end && start < one.end)) continue;
    said.add(`${detector} ${severity}`);
    findings.push({ family, detector, category, severity, message, start, end });
  }
  return findings.map(({ family: _, ...finding }) => finding);
}

function secretFindings(redactions: readonly Redaction[]): Finding[] {
  return redactions
    .filter(({ kind }) => kind !== 'unread')
    .map(({ start, end, kind }) => ({
      detector: `secret.${kind}`,
      category: 'secret',
      severity: 'high',
      message: `Holds a secret (${kind.replaceAll('_', ' ')}).`,
      start,
      end,
    }));
}

/** What does not overlap with any of the others. */
function besides(found: readonly Redaction[], others: readonly Redaction[]): Redaction[] {
  return found.filter(({ start, end }) => !others.some((other) => other.start < end && start < other.end));
}

/** In order; of what overlaps the earlier. */
function inOrder(redactions: readonly Redaction[]): Redaction[] {
  const kept: Redaction[] = [];
  for (const each of [...redactions].sort((one, other) => one.start - other.start))
    if (each.start >= (kept.at(-1)?.end ?? 0)) kept.push(each);
  return kept;
}

function personalFindings(personal: readonly Redaction[]): Finding[] {
  return withEachKind(personal, MAX_FINDINGS, ({ kind }) => kind).map(({ start, end, kind }) => ({
    detector: `pii.${kind}`,
    category: 'pii',
    severity: 'low',
    message: `Holds personal data (${kind.replaceAll('_', ' ')}).`,
    start,
    end,
  }));
}

function partialInspection(text: string): Finding {
  return {
    detector: 'guard.partial_inspection',
    category: 'partial_inspection',
    severity: 'high',
    message: `Only the first ${INSPECTION_LIMIT} characters were inspected.`,
    start: INSPECTION_LIMIT,
    end: text.length,
  };
}

/** A secret or an unread rest is at least worth a flag; an argument that was not read in full does not pass. */
function raised(
  verdict: Verdict,
  { direction, truncated, hasSecret }: { direction: Direction; truncated: boolean; hasSecret: boolean },
): Verdict {
  if (truncated && direction === 'arguments') return 'block';
  return verdict === 'allow' && (truncated || hasSecret) ? 'flag' : verdict;
}
