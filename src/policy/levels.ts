import { z } from 'zod';
import { SENSITIVITY_LEVELS } from '../plan/sensitivity.ts';
import { TRUST_LEVELS } from '../plan/trust-level.ts';

const VACUOUS = 'no level satisfies this, so the rule could never match';

function anyCase(given: unknown): unknown {
  return typeof given === 'string' ? given.toLowerCase() : given;
}

/**
 * Low, medium, high, critical as a rule names them: one level, a list, or comparisons that all must hold. Read
 * as the list of levels that satisfy it, lowest first, so that equal meanings are equal content.
 */
const graded = z.preprocess(anyCase, z.enum(SENSITIVITY_LEVELS));
const gradedBounds = z.strictObject({
  gte: graded.optional(),
  gt: graded.optional(),
  lte: graded.optional(),
  lt: graded.optional(),
  eq: graded.optional(),
});
export const gradedLevelsSchema = z
  .union([graded, z.array(graded), gradedBounds])
  .transform((given, context) => {
    const rank = (level: (typeof SENSITIVITY_LEVELS)[number]) => SENSITIVITY_LEVELS.indexOf(level);
    const chosen = SENSITIVITY_LEVELS.filter((level) => {
      if (typeof given === 'string') return level === given;
      if (Array.isArray(given)) return given.includes(level);
      return (
        (given.eq === undefined || level === given.eq) &&
        (given.gte === undefined || rank(level) >= rank(given.gte)) &&
        (given.gt === undefined || rank(level) > rank(given.gt)) &&
        (given.lte === undefined || rank(level) <= rank(given.lte)) &&
        (given.lt === undefined || rank(level) < rank(given.lt))
      );
    });
    if (chosen.length === 0) context.addIssue({ code: 'custom', message: VACUOUS });
    return chosen;
  });

/**
 * Trust as a rule names it: one level, a list, or `at_most` (this or worth less) and `at_least` (this or worth
 * more). Read as the list of levels that satisfy it, highest trust first.
 */
const trust = z.enum(TRUST_LEVELS);
const trustBounds = z.strictObject({ at_most: trust.optional(), at_least: trust.optional() });
export const trustLevelsSchema = z.union([trust, z.array(trust), trustBounds]).transform((given, context) => {
  const distrust = (level: (typeof TRUST_LEVELS)[number]) => TRUST_LEVELS.indexOf(level);
  const chosen = TRUST_LEVELS.filter((level) => {
    if (typeof given === 'string') return level === given;
    if (Array.isArray(given)) return given.includes(level);
    return (
      (given.at_most === undefined || distrust(level) >= distrust(given.at_most)) &&
      (given.at_least === undefined || distrust(level) <= distrust(given.at_least))
    );
  });
  if (chosen.length === 0) context.addIssue({ code: 'custom', message: VACUOUS });
  return chosen;
});
