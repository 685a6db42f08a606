import type { EventDraft, EventGroup } from '../audit/event.ts';
import type { Guard } from '../guard/finding.ts';
import { redactJson } from '../guard/redact-json.ts';
import type { SecretNames } from '../guard/secrets/secret-names.ts';
import { parseJson } from '../json/parse-json.ts';
import { parsePointer, pointerSegment } from '../json/pointer.ts';
import type { JsonObject, JsonValue } from '../json/value.ts';
import { FOREIGN_VALUES, type Foreign } from './foreign-values.ts';

type Pass = {
  secrets: Guard['secrets'];
  isSecretName: SecretNames;
  redactions: { pointer: string; kind: string }[];
  /** Of the events before: a value of the plan may be quoted. */
  earlier: readonly { pointer: string; kind: string }[];
};
type Named = { name: string; parent: string };

const NO_NAMES: SecretNames = () => undefined;
/** What stands in place of a value that its name gives away. */
const NAMED = '[redacted:named]';

/**
 * Takes secrets out of everything that is about to be hashed and written. The first event says what was taken out
 * and where, so that a reader knows that the record is not the whole input; the values themselves are gone.
 *
 * Secrets by their form go from every text. Those that their name gives away go from foreign values alone, which keep
 * their type: an object stays one. So whatever names are configured, what the gateway reads back is as it wrote it.
 */
export function redactGroup(
  group: EventGroup,
  secrets: Guard['secrets'],
  isSecretName: SecretNames,
): EventGroup {
  const pass: Pass = { secrets, isSecretName, redactions: [], earlier: [] };
  const context = redactOwn(group.context as JsonValue, '', pass) as EventGroup['context'];
  const events = group.events.map((event, index) =>
    redactEvent(event, index === 0 ? pass : { ...pass, redactions: [], earlier: pass.redactions }),
  );
  const { redactions } = pass;
  const [first, ...rest] = events;
  if (first === undefined || redactions.length === 0) return { ...group, context, events };
  const noted = { ...first, payload: { ...first.payload, redactions } };
  return { ...group, context, events: [noted, ...rest] };
}

function redactEvent(draft: EventDraft, pass: Pass): EventDraft {
  const { payload, ...line } = inFull(draft);
  const own = redactOwn(line as JsonObject, '', pass) as EventDraft;
  if (payload === undefined) return own;
  const foreign = FOREIGN_VALUES[draft.event_type];
  const at = { name: 'payload', parent: '' };
  return { ...own, payload: redactAt(payload as JsonObject, at, { foreign, pass }) as JsonObject };
}

/** The event with its whole payload as a value; its text would keep what is taken out. */
function inFull({ payload_text, ...event }: EventDraft): EventDraft {
  return payload_text === undefined ? event : { ...event, payload: parseJson(payload_text) as JsonObject };
}

function redactOwn(value: JsonValue, pointer: string, { secrets, redactions }: Pass): JsonValue {
  const found = redactJson(value, secrets, NO_NAMES);
  for (const { pointer: below, kind } of found.redactions)
    redactions.push({ pointer: pointer + below, kind });
  return found.value;
}

/** A member of what is recorded, `foreign` saying what in it came from outside; nothing did where that is left out. */
function redactAt(
  value: JsonValue,
  at: Named,
  { foreign, pass }: { foreign: Foreign | undefined; pass: Pass },
): JsonValue {
  const pointer = `${at.parent}/${pointerSegment(at.name)}`;
  if (foreign === 'value') return redactForeign(value, at, pass);
  if (foreign === 'quoting' && pass.earlier.some(isOfPlan)) return NAMED;
  if (value === null || typeof value !== 'object' || foreign === undefined || foreign === 'quoting') {
    return redactOwn(value, pointer, pass);
  }
  if (foreign === 'placed') return redactPlaced(value as JsonObject, pointer, pass);
  if (Array.isArray(value)) {
    const item = 'each' in foreign ? foreign.each : undefined;
    return value.map((one, index) =>
      redactAt(one, { name: String(index), parent: pointer }, { foreign: item, pass }),
    );
  }
  const known = 'members' in foreign ? foreign.members : {};
  const redacted = Object.entries(value).map(([name, member]) => [
    redactOwn(name, pointer, pass),
    redactAt(
      member,
      { name, parent: pointer },
      { foreign: Object.hasOwn(known, name) ? known[name] : undefined, pass },
    ),
  ]);
  return Object.fromEntries(redacted);
}

function isOfPlan({ pointer, kind }: { pointer: string; kind: string }): boolean {
  return kind === 'named' && pointer.startsWith('/payload/plan/');
}

/** A value from outside, with all that its own name and the names in it give away. It keeps its type. */
function redactForeign(value: JsonValue, { name, parent }: Named, pass: Pass): JsonValue {
  const found = redactJson({ [name]: value }, pass.secrets, pass.isSecretName);
  for (const { pointer, kind } of found.redactions) pass.redactions.push({ pointer: parent + pointer, kind });
  const redacted = (found.value as JsonObject)[name] ?? null;
  if (redacted !== NAMED || value === null || typeof value !== 'object') return redacted;
  return Array.isArray(value) ? [] : {};
}

/** A text that stands for what was at its `pointer`: the names on the way there give it away. */
function redactPlaced(placed: JsonObject, pointer: string, pass: Pass): JsonValue {
  if (!isPlaceGivenAway(String(placed['pointer']), pass.isSecretName))
    return redactOwn(placed, pointer, pass);
  pass.redactions.push({ pointer: `${pointer}/text`, kind: 'named' });
  return { ...(redactOwn({ ...placed, text: '' }, pointer, pass) as JsonObject), text: NAMED };
}

/** Whether the name of any member on the way to a place says that what stands there is a secret. */
export function isPlaceGivenAway(pointer: string, isSecretName: SecretNames): boolean {
  return (parsePointer(pointer) ?? []).some((name) => isSecretName(name) !== undefined);
}
