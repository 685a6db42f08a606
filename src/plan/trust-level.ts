/** What a source of instructions is worth, highest first. */
export const TRUST_LEVELS = ['trusted', 'internal', 'external', 'unverified'] as const;
export type TrustLevel = (typeof TRUST_LEVELS)[number];

export const SOURCE_TYPES = [
  'user_prompt',
  'system_prompt',
  'skill',
  'memory',
  'retrieval_chunk',
  'agent_message',
  'tool_output',
] as const;
export type SourceType = (typeof SOURCE_TYPES)[number];

/** 0 for `trusted`, rising as trust falls, so that comparing ranks is comparing distrust. */
export function distrust(level: TrustLevel): number {
  return TRUST_LEVELS.indexOf(level);
}

/** The lower of two levels: trust only ever falls along a flow. */
export function lowerTrust(a: TrustLevel, b: TrustLevel): TrustLevel {
  return distrust(a) >= distrust(b) ? a : b;
}

/** The lowest of many levels; an empty list is `unverified`, because nothing vouches for it. */
export function lowestTrust(levels: readonly TrustLevel[]): TrustLevel {
  return levels.length === 0 ? 'unverified' : levels.reduce(lowerTrust);
}
