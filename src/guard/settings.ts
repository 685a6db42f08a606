import { RE2JS } from '@bufbuild/re2';
import {
  DIRECTIONS,
  type Direction,
  type Guard,
  type GuardSettings,
  type Levels,
  type OperatorPattern,
} from './finding.ts';
import type { GuardFile } from './guard-file.ts';
import { matchesOf } from './matches.ts';
import { LEVELS, type Profile } from './score.ts';

const MAX_MATCHES = 8;

/** What an absent `guard.yaml` says. */
export const DEFAULT_SETTINGS: GuardSettings = {
  ...{ levels: levelsOf('balanced', {}), factors: new Map(), disabled: new Set() },
  ...{ destinations: [], canaries: [], patterns: [] },
};

/** Makes the settings of a file that was read and checked. */
export function guardSettings(file: GuardFile): GuardSettings {
  return {
    levels: levelsOf(file.profile, file.directions),
    factors: new Map(Object.entries(file.weights).map(([family, factor]) => [family, factor ?? 1])),
    disabled: new Set(file.disabled),
    destinations: file.allowed_destinations.map((domain) => domain.toLowerCase()),
    canaries: file.canaries,
    patterns: file.patterns.map(({ id, pattern, severity, weight, message, directions }) => ({
      ...{ id, severity, weight },
      message: message ?? `Matches the pattern ${id} of guard.yaml.`,
      directions: directions ?? DIRECTIONS,
      ...{ pattern, find: finder(pattern) },
    })),
  };
}

/** Settings as they can be handed to another thread: all but what finds the patterns. */
export type PlainSettings = Omit<GuardSettings, 'patterns'> & {
  patterns: readonly Omit<OperatorPattern, 'find'>[];
};

export function plainSettings({ patterns, ...settings }: GuardSettings): PlainSettings {
  return { ...settings, patterns: patterns.map(({ find: _, ...pattern }) => pattern) };
}

/** The settings that `plainSettings` was given. */
export function settingsFrom({ patterns, ...settings }: PlainSettings): GuardSettings {
  return {
    ...settings,
    patterns: patterns.map((each) => ({ ...each, find: finder(each.pattern) })),
  };
}

/** The same settings with the levels of one profile in every direction. */
export function withProfile(settings: GuardSettings, profile: Profile | undefined): GuardSettings {
  return profile === undefined ? settings : { ...settings, levels: levelsOf(profile, {}) };
}

/** A guard that asks for its settings each time it is asked. */
export function guardUnder(guard: Guard, settings: () => GuardSettings): Guard {
  return {
    secrets: guard.secrets,
    inspect: (text, direction, given, operator) =>
      guard.inspect(text, direction, given ?? settings(), operator),
  };
}

/** Whether an address leads to one of the domains or below it. */
export function isAllowedDestination(address: string, domains: readonly string[]): boolean {
  if (domains.length === 0) return false;
  const url = URL.parse(address.startsWith('//') ? `https:${address}` : address);
  return url !== null && domains.some((each) => url.hostname === each || url.hostname.endsWith(`.${each}`));
}

function levelsOf(profile: Profile, directions: GuardFile['directions']): Record<Direction, Levels> {
  const entries = DIRECTIONS.map((direction) => {
    const { profile: own = profile, flag, block } = directions[direction] ?? {};
    const { flag: flagOf, block: blockOf } = LEVELS[own];
    return [direction, { flag: flag ?? flagOf, block: block ?? blockOf }] as const;
  });
  return Object.fromEntries(entries) as Record<Direction, Levels>;
}

/** The engine says whether, not where: a line that matches is the place, or else the whole text. */
function finder(source: string): OperatorPattern['find'] {
  const compiled = RE2JS.compile(source);
  return (text) => {
    if (!compiled.test(text)) return [];
    const lines = matchesOf(text, /[^\n]+/g).map(({ 0: line, index }) => ({ line, index }));
    const found: typeof lines = [];
    for (const each of lines) {
      if (found.length === MAX_MATCHES) break;
      if (compiled.test(each.line)) found.push(each);
    }
    if (found.length === 0) return [{ start: 0, end: text.length }];
    return found.map(({ line, index }) => ({ start: index, end: index + line.length }));
  };
}
