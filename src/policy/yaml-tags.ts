import type { Event } from 'js-yaml';
import type { Location } from './location.ts';

/** Of a tag, so much is named. */
const NAMED_CHARACTERS = 64;

/**
 * The first tag of a YAML text, with its place. A tag says that a value is another one than it is written as (`!!int "5"`), and
 * a reader that does not know it reads on. `events` are those of the text.
 */
export function firstTag(text: string, events: readonly Event[]): ({ tag: string } & Location) | undefined {
  const tagged = events.find(isTagged);
  if (tagged === undefined) return undefined;
  const { tagStart, tagEnd } = tagged;
  const before = text.slice(0, tagStart);
  const line = before.split('\n').length;
  return {
    tag: text.slice(tagStart, Math.min(tagEnd, tagStart + NAMED_CHARACTERS)),
    line,
    column: tagStart - before.lastIndexOf('\n'),
  };
}

function isTagged(event: Event): event is Event & { tagStart: number; tagEnd: number } {
  return 'tagStart' in event && event.tagStart >= 0;
}
