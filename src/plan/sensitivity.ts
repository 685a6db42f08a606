/** How sensitive a step is, lowest first. An unknown one counts as `critical` wherever a rule asks. */
export const SENSITIVITY_LEVELS = ['low', 'medium', 'high', 'critical'] as const;
export type SensitivityLevel = (typeof SENSITIVITY_LEVELS)[number];

/** The worse of two levels; absent where neither is known. What a plan says of itself can raise a tool's level, never lower it. */
export function worstSensitivity(
  a: SensitivityLevel | undefined,
  b: SensitivityLevel | undefined,
): SensitivityLevel | undefined {
  if (a === undefined || b === undefined) return a ?? b;
  return SENSITIVITY_LEVELS.indexOf(a) >= SENSITIVITY_LEVELS.indexOf(b) ? a : b;
}
