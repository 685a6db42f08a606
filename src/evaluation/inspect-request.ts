import { z } from 'zod';
import type { TextFinding } from '../decision/facts.ts';
import {
  DIRECTIONS,
  type Direction,
  type Guard,
  type GuardSettings,
  type Verdict,
} from '../guard/finding.ts';
import { redactJson } from '../guard/redact-json.ts';
import { PROFILES } from '../guard/score.ts';
import { DEFAULT_SETTINGS, withProfile } from '../guard/settings.ts';
import type { JsonObject, JsonValue } from '../json/value.ts';
import { type PlanText, stringsOf } from '../plan/texts.ts';
import { worseVerdict } from './worse-verdict.ts';

/** A part of a message: text, a tool call or its result, a document, or something in which only secrets are looked for (an image). */
const part = z.looseObject({ type: z.string().max(100), text: z.string().optional() });
const message = z.looseObject({
  role: z
    .string()
    .min(1)
    .max(100)
    .meta({ description: 'For example `system`, `user`, `assistant`, `tool`.' }),
  content: z.union([z.string(), z.null(), z.array(part).max(1000)]).optional(),
});

const direction = z.enum(DIRECTIONS).optional().meta({
  description:
    'Which way the text travels. Left out: `input` for a text; for messages by role, `context` for `tool` and `function`, `output` for `assistant`, `input` for all others.',
});

const profile = z.enum(PROFILES).optional().meta({
  description: 'How soon the guard speaks up. Left out: what `guard.yaml` says for the direction.',
});

/** Members of a message that call tools. */
const CALLS = new Set(['tool_calls', 'function_call']);
/** Parts, and members of messages, that hold no text but the data of pictures and sounds. */
const PICTURES = new Set([
  'image',
  'image_url',
  'input_image',
  'audio',
  'input_audio',
  'video',
  'input_video',
]);
/** Parts that call a tool, by the end of their type: of tools of servers and of MCP as well. */
const CALL = /(?:tool_use|_call)$/;
/** Parts that hold what a tool said, or what was found. */
const RESULT = /(?:tool_result|_output|search_result|document|file)$/;
/** A role or a type that is a word and nothing else. */
const PLAIN_WORD = /^[A-Za-z_]{1,40}$/;

/** The body of `POST /guard/inspect`. */
export const inspectRequestSchema = z.union([
  z.strictObject({ text: z.string(), direction, profile }),
  z.strictObject({ messages: z.array(message).min(1).max(1000), direction, profile }),
]);
export type InspectRequest = z.output<typeof inspectRequestSchema>;
type Message = z.output<typeof message>;

export type InspectAnswer = {
  verdict: Verdict;
  findings: TextFinding[];
  /** What was submitted, with secrets replaced; in the form it was submitted in. */
  sanitized: string | Message[];
  /** True where a text was longer than the guard reads in full. */
  truncated: boolean;
};

/** What the guard says of a text or of messages on their own, without a plan. Pure; decides nothing, records nothing. */
export function inspectRequest(
  guard: Guard,
  request: InspectRequest,
  active: GuardSettings = DEFAULT_SETTINGS,
): InspectAnswer {
  const settings = withProfile(active, request.profile);
  const answer = { verdict: 'allow' as Verdict, findings: [] as TextFinding[], truncated: false };
  const inspect: InspectText = ({ text, pointer, direction: towards, in_name, operator }) => {
    const { verdict, findings, sanitized, truncated } = guard.inspect(text, towards, settings, operator);
    answer.verdict = worseVerdict(answer.verdict, verdict);
    answer.findings.push(
      ...findings.map((finding) => ({ ...finding, ...(in_name && { in_name }), pointer })),
    );
    answer.truncated ||= truncated;
    return sanitized;
  };
  const sanitized =
    'text' in request
      ? inspect({ text: request.text, pointer: '/text', direction: request.direction ?? 'input' })
      : request.messages.map((each, index) =>
          sanitizedMessage(each, {
            inspect,
            redact: (value) => redactJson(value, guard.secrets).value,
            pointer: `/messages/${index}`,
            direction: request.direction ?? directionOf(each.role),
          }),
        );
  return { ...answer, sanitized };
}

/** Inspects one text and gives it back without its secrets. */
type InspectText = (text: PlanText) => string;
type Pass = {
  inspect: InspectText;
  redact: (value: JsonValue) => JsonValue;
  pointer: string;
  direction: Direction;
};

function sanitizedMessage({ role: given, content, ...others }: Message, pass: Pass): Message {
  const role = sanitizedWord(given, placeOf(pass, '/role'), pass);
  const rest = sanitizedMembers(others, pass);
  if (typeof content === 'string')
    return { role, ...rest, content: pass.inspect({ ...placeOf(pass, '/content'), text: content }) };
  if (!Array.isArray(content)) return { role, ...rest, ...(content === null && { content }) };
  const parts = content.map((one, index) =>
    sanitizedPart(one, { ...pass, pointer: `${pass.pointer}/content/${index}` }),
  );
  return { role, ...rest, content: parts };
}

function sanitizedPart({ type, text, ...others }: z.output<typeof part>, pass: Pass): z.output<typeof part> {
  const rest = PICTURES.has(type)
    ? pass.redact(others as JsonObject)
    : inspectedValue(others as JsonObject, { ...pass, direction: directionOfPart(type) ?? pass.direction });
  const below = { type: sanitizedWord(type, placeOf(pass, '/type'), pass), ...(rest as object) };
  return text === undefined ? below : { ...below, text: pass.inspect({ ...placeOf(pass, '/text'), text }) };
}

/** Which way travels what tools are told, what they say, and what was found. */
function directionOfPart(type: string): Direction | undefined {
  if (CALL.test(type)) return 'arguments';
  return RESULT.test(type) ? 'context' : undefined;
}

/** What stands beside the content of a message: calls of tools are read as arguments, all else but pictures as the message. */
function sanitizedMembers(members: object, pass: Pass): object {
  const sanitized = Object.entries(members).map(([name, value]) => {
    if (PICTURES.has(name)) return [name, (pass.redact({ [name]: value }) as JsonObject)[name]];
    const direction = CALLS.has(name) ? 'arguments' : pass.direction;
    return Object.entries(inspectedValue({ [name]: value }, { ...pass, direction }) as JsonObject)[0] ?? [];
  });
  return Object.fromEntries(sanitized);
}

function sanitizedWord(word: string, place: Omit<PlanText, 'text'>, { inspect }: Pass): string {
  return PLAIN_WORD.test(word) ? word : inspect({ ...place, text: word });
}

/** Every text of a value is inspected. */
function inspectedValue(value: JsonValue, { inspect, redact, pointer, direction }: Pass): JsonValue {
  for (const text of stringsOf(value, pointer, direction)) inspect(text);
  return redact(value);
}

function placeOf({ pointer, direction }: Pass, below: string): Omit<PlanText, 'text'> {
  return { pointer: pointer + below, direction };
}

function directionOf(role: string): Direction {
  if (role === 'tool' || role === 'function') return 'context';
  return role === 'assistant' ? 'output' : 'input';
}
