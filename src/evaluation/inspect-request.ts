import { z } from 'zod';
import type { TextFinding } from '../decision/facts.ts';
import {
  DIRECTIONS,
  type Direction,
  type Guard,
  type GuardSettings,
  type Verdict,
} from '../guard/finding.ts';
import { PROFILES } from '../guard/score.ts';
import { DEFAULT_SETTINGS, withProfile } from '../guard/settings.ts';
import { worseVerdict } from './worse-verdict.ts';

/** A part of a message: text, or something the guard does not read (an image, a tool call). */
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
  const inspect = (text: string, pointer: string, towards: Direction): string => {
    const { verdict, findings, sanitized, truncated } = guard.inspect(text, towards, settings);
    answer.verdict = worseVerdict(answer.verdict, verdict);
    answer.findings.push(...findings.map((finding) => ({ ...finding, pointer })));
    answer.truncated ||= truncated;
    return sanitized;
  };
  const sanitized =
    'text' in request
      ? inspect(request.text, '/text', request.direction ?? 'input')
      : request.messages.map((each, index) =>
          sanitizedMessage(each, (text, place) =>
            inspect(text, `/messages/${index}/content${place}`, request.direction ?? directionOf(each.role)),
          ),
        );
  return { ...answer, sanitized };
}

function sanitizedMessage(each: Message, inspect: (text: string, place: string) => string): Message {
  const { content } = each;
  if (typeof content === 'string') return { ...each, content: inspect(content, '') };
  if (!Array.isArray(content)) return each;
  const parts = content.map((one, index) =>
    one.text === undefined ? one : { ...one, text: inspect(one.text, `/${index}/text`) },
  );
  return { ...each, content: parts };
}

function directionOf(role: string): Direction {
  if (role === 'tool' || role === 'function') return 'context';
  return role === 'assistant' ? 'output' : 'input';
}
