import { chunksOf } from '../classifier/chunks.ts';
import type { Chunk, Classification, Classifier } from '../classifier/classifier.ts';
import type { ClassifierFact, Facts, TextFinding } from '../decision/facts.ts';
import type { Guard } from '../guard/finding.ts';
import type { PlanText } from '../plan/texts.ts';
import { heaviest, scopeOf } from './inspect-plan.ts';
import type { SecretScreen } from './secret-screen.ts';
import { worseVerdict } from './worse-verdict.ts';

/** Findings of a classifier in one plan: more of them say nothing more. */
const MAX_FOUND = 10;

type Parts = { secrets: Guard['secrets']; classifier: Classifier; screen: Pick<SecretScreen, 'isGivenAway'> };
type Seen = { guard: Facts['guard']; classifier?: ClassifierFact };

/**
 * Asks a classifier about the texts of a plan and adds what it says to what the guard saw: findings of middle severity at
 * the most, and a verdict of `flag` at the most. Statistics alone block nothing. Where the guard blocks, or there is no text,
 * nothing is asked. What the log would not hold is not sent either. Never rejects.
 */
export async function classifyPlan(
  { secrets, classifier, screen }: Parts,
  texts: readonly PlanText[],
  seen: Facts['guard'],
): Promise<Seen> {
  if (seen.verdict === 'block') return { guard: seen };
  const whole = texts
    .filter(({ pointer, in_name }) => in_name === true || !screen.isGivenAway(pointer))
    .map(({ pointer, text }) => ({ pointer, text, redactions: secrets(text) }));
  const { chunks, partial } = chunksOf(whole, classifier.maxChunks);
  if (chunks.length === 0) return { guard: seen };
  const answer = await classifier.classify(chunks.map(({ text }) => text));
  const { name, onFailure, threshold } = classifier;
  if (answer.failure !== undefined)
    return { guard: seen, classifier: { failure: answer.failure, name, on_failure: onFailure } };
  const found = findingsOf(chunks, answer.scores, classifier);
  const fact: ClassifierFact = { chunks: chunks.length, name, partial, threshold, worst: worstOf(answer) };
  if (answer.model !== undefined) fact.model = answer.model;
  return { guard: withFindings(seen, found), classifier: fact };
}

function worstOf({ scores = [] }: Classification): number {
  return Math.max(0, ...scores);
}

function withFindings(seen: Facts['guard'], found: readonly TextFinding[]): Facts['guard'] {
  if (found.length === 0) return seen;
  const findings = heaviest([...seen.findings, ...found], ({ pointer }) => scopeOf(pointer));
  return { ...seen, findings, verdict: worseVerdict(seen.verdict, 'flag') };
}

function findingsOf(
  chunks: readonly Chunk[],
  scores: readonly number[],
  { name, threshold }: Classifier,
): TextFinding[] {
  return chunks
    .map((chunk, index) => ({ ...chunk, score: scores[index] ?? 0 }))
    .filter(({ score }) => score >= threshold)
    .toSorted((a, b) => b.score - a.score)
    .slice(0, MAX_FOUND)
    .map(({ pointer, start, end, score }) => ({
      detector: `classifier.${name}`,
      category: 'model_suspicion',
      severity: 'medium',
      message: `A model takes this for an attack (${score}).`,
      ...{ start, end, pointer },
    }));
}
