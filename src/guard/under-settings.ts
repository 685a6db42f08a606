import { canaryPlaces } from './canaries.ts';
import type { Direction, GuardSettings, Redaction } from './finding.ts';
import type { Observation } from './observation.ts';
import { isAllowedDestination } from './settings.ts';

type Inspected = { text: string; direction: Direction; settings: GuardSettings };

const PLAIN = { isDisguised: false, mention: 'said', blocksContext: false, blocksAlways: false } as const;
/** Weighs enough to block in every profile. */
const CANARY_WEIGHT = 10;

/** What was seen as `guard.yaml` has it: without what is disabled, weighed anew, with what operators look for besides. */
export function underSettings(
  seen: readonly Observation[],
  inspected: Inspected,
): { observations: Observation[]; canaries: Redaction[] } {
  const { text, settings } = inspected;
  const canaries = canaryPlaces(text, settings.canaries);
  const observations = [
    ...seen.filter(({ detector }) => !isDisabled(detector, settings)).map((each) => weighed(each, inspected)),
    ...canaries.map(({ id, start, end }) => canarySeen(id, start, end)),
    ...patternsSeen(inspected),
  ];
  return { observations, canaries: canaries.map(({ start, end }) => ({ start, end, kind: 'canary' })) };
}

function isDisabled(detector: string, { disabled }: GuardSettings): boolean {
  return disabled.size > 0 && disabled.has(detector.replace(/\.[a-z]{2}$/, ''));
}

function weighed(seen: Observation, { text, settings }: Inspected): Observation {
  const factor = settings.factors.get(seen.family) ?? 1;
  const weight = seen.weight * factor;
  if (seen.family !== 'destination' || seen.detector === 'destination.scheme')
    return factor === 1 ? seen : { ...seen, weight };
  const { start, end } = seen.place();
  if (!isAllowedDestination(text.slice(start, end), settings.destinations)) return { ...seen, weight };
  return { ...seen, weight: 1, severity: 'low', blocksContext: false, blocksAlways: false };
}

function canarySeen(id: string, start: number, end: number): Observation {
  return {
    ...PLAIN,
    ...{ family: 'canary', detector: `canary.${id}`, category: 'canary', severity: 'critical' },
    ...{ weight: CANARY_WEIGHT, blocksContext: true, blocksAlways: true },
    message: `Holds the canary ${id}.`,
    place: () => ({ start, end }),
  };
}

function patternsSeen({ text, direction, settings }: Inspected): Observation[] {
  return settings.patterns
    .filter(({ directions }) => directions.includes(direction))
    .flatMap(({ id, severity, weight, message, find }) =>
      find(text).map((span) => ({
        ...PLAIN,
        ...{ family: `operator.${id}`, detector: `operator.${id}`, category: 'operator_pattern' },
        ...{ severity, weight, message, blocksAlways: true },
        place: () => span,
      })),
    );
}
