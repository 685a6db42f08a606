import type { FollowedLine } from '../followed-logs.ts';
import { toCef } from './cef.ts';
import { toEcs } from './ecs.ts';
import { toOcsf } from './ocsf.ts';

export const FORMATS = ['json', 'ecs', 'ocsf', 'cef'] as const;
export type FormatName = (typeof FORMATS)[number];

/** What an event does not say of itself: the log it is from, and the version of the product. */
export type Origin = { origin: string; version: string };

type Format = (line: FollowedLine, origin: Origin) => string;

/** What the gateway says of its own log, of the log that a line is from. */
export function originOf({ from }: Pick<FollowedLine, 'from'>, about: Origin): Origin {
  return from === undefined ? about : { ...about, origin: from.log };
}

/** Each way to write an event for another system: one line of text, without a line break. */
export const FORMAT: Readonly<Record<FormatName, Format>> = {
  json: ({ raw }) => raw.toString('utf8'),
  ecs: (line, origin) => JSON.stringify(toEcs(line, originOf(line, origin))),
  ocsf: (line, origin) => JSON.stringify(toOcsf(line, originOf(line, origin))),
  cef: (line, origin) => toCef(line, originOf(line, origin)),
};
