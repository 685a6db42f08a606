/** How sensitive a step is, lowest first. An unknown one counts as `critical` wherever a rule asks. */
export const SENSITIVITY_LEVELS = ['low', 'medium', 'high', 'critical'] as const;
export type SensitivityLevel = (typeof SENSITIVITY_LEVELS)[number];

/** 0 for `low` up to 3 for `critical`; absent is the worst. */
export function sensitivityRank(level: SensitivityLevel | undefined): number {
  return level === undefined ? SENSITIVITY_LEVELS.length - 1 : SENSITIVITY_LEVELS.indexOf(level);
}
