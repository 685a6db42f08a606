import type { Direction, Levels, Severity, Verdict } from './finding.ts';
import type { Mention } from './mention.ts';

export const PROFILES = ['strict', 'balanced', 'permissive'] as const;
/** How soon the guard speaks up. */
export type Profile = (typeof PROFILES)[number];

/** Scores at which a text is flagged, and at which it may be blocked. */
export const LEVELS: Record<Profile, Levels> = {
  strict: { flag: 3, block: 5 },
  balanced: { flag: 4, block: 6 },
  permissive: { flag: 6, block: 8 },
};

/** What one sign of an attack is worth. */
export type Sign = {
  family: string;
  weight: number;
  severity: Severity;
  /** Seen only after undoing a disguise: worth more, and never discounted. */
  isDisguised: boolean;
  mention: Mention;
  /** Proof enough to block a text on the way in from elsewhere: templates tokens, leaking links, decoded orders. */
  blocksContext: boolean;
  /** Something no output may carry, or no argument may hold. */
  blocksAlways: boolean;
};

export const DISGUISE_BONUS = 2;
export const MENTION_DISCOUNT: Record<Mention, number> = { said: 0, shown: 2, named: 3 };
export const TRADE_WORD_DISCOUNT = 1.5;
export const MAX_TRADE_DISCOUNT = 5;

/** What one sign adds, before the text as a whole is discounted. */
export function signWeight(sign: Sign): number {
  if (sign.isDisguised) return sign.weight + DISGUISE_BONUS;
  return Math.max(0, sign.weight - MENTION_DISCOUNT[sign.mention]);
}

/**
 * The score of a text: of every family the strongest sign, added up. Two or more words of the security trade take
 * 1.5 each from what is not disguised, at most 5.
 */
export function scoreOf(signs: readonly Sign[], tradeWordCount: number): number {
  const best = new Map<string, { weight: number; isDisguised: boolean }>();
  for (const sign of signs) {
    const weight = signWeight(sign);
    const seen = best.get(sign.family);
    if (seen === undefined || weight > seen.weight)
      best.set(sign.family, { weight, isDisguised: sign.isDisguised });
  }
  let firm = 0;
  let soft = 0;
  for (const { weight, isDisguised } of best.values()) {
    if (isDisguised) firm += weight;
    else soft += weight;
  }
  const discount =
    tradeWordCount < 2 ? 0 : Math.min(MAX_TRADE_DISCOUNT, tradeWordCount * TRADE_WORD_DISCOUNT);
  return firm + Math.max(0, soft - discount);
}

/**
 * The guard's word for a text. A score at block level blocks an input. Elsewhere only certain signs may block:
 * in context the ones marked so, in output and arguments the ones that may never pass; odd wording alone is flagged.
 */
export function verdictOf(
  score: number,
  signs: readonly Sign[],
  direction: Direction,
  { flag, block }: Levels,
): Verdict {
  if (score < flag) return 'allow';
  return score >= block && mayBlock(signs, direction) ? 'block' : 'flag';
}

function mayBlock(signs: readonly Sign[], direction: Direction): boolean {
  if (direction === 'input') return true;
  if (direction === 'context') return signs.some((sign) => sign.blocksContext || sign.isDisguised);
  return signs.some((sign) => sign.blocksAlways);
}
