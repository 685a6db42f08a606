import type { EventDraft, EventGroup } from '../audit/event.ts';
import type { Guard } from '../guard/finding.ts';
import { redactJson } from '../guard/redact-json.ts';
import type { SecretNames } from '../guard/secrets/secret-names.ts';
import { parseJson } from '../json/parse-json.ts';
import type { JsonObject, JsonValue } from '../json/value.ts';

/**
 * Takes secrets out of everything that is about to be hashed and written. The first event says what was taken out
 * and where, so that a reader knows that the record is not the whole input; the values themselves are gone.
 */
export function redactGroup(
  group: EventGroup,
  secrets: Guard['secrets'],
  isSecretName: SecretNames,
): EventGroup {
  const context = redactJson(group.context as JsonValue, secrets, isSecretName);
  const redactions: { pointer: string; kind: string }[] = [...context.redactions];
  const events = group.events.map((event, index) => {
    const { value, redactions: found } = redactJson(inFull(event) as JsonValue, secrets, isSecretName);
    if (index === 0) redactions.push(...found.map(({ pointer, kind }) => ({ pointer, kind })));
    return value as unknown as (typeof group.events)[number];
  });
  const [first, ...rest] = events;
  if (first === undefined || redactions.length === 0) {
    return { ...group, context: context.value as unknown as EventGroup['context'], events };
  }
  const noted = { ...first, payload: { ...first.payload, redactions } };
  return { ...group, context: context.value as unknown as EventGroup['context'], events: [noted, ...rest] };
}

/** The event with its whole payload as a value; its text would keep what is taken out. */
function inFull({ payload_text, ...event }: EventDraft): EventDraft {
  return payload_text === undefined ? event : { ...event, payload: parseJson(payload_text) as JsonObject };
}
