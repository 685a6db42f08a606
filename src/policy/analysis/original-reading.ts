import { pointerSegment } from '../../json/pointer.ts';
import type { JsonObject, JsonValue } from '../../json/value.ts';
import { SENSITIVITY_LEVELS } from '../../plan/sensitivity.ts';
import { ACTIONS } from '../bundle.ts';
import { isGlob } from '../glob.ts';
import { policyFileSchema } from '../policy-file.ts';
import type { Issue } from '../problem.ts';
import { RULE_MEMBERS } from '../rule-schema.ts';

/** One thing that is not as it was: more strict than the original, said in another way, or left out. */
export type ImportNote = {
  kind: 'stricter' | 'changed' | 'left_out';
  message: string;
  /** Where it stands in the file; absent of what is so of the whole file. */
  pointer?: string;
  rule_ids?: string[];
};

/**
 * What of an original file can be read in the form of today, as it meant it: keys and levels that there are not are taken
 * out, and so are names with `*` or `?` from whatever allows, where they were names and would be patterns. Everything taken
 * out or changed is noted. What is left may still not load.
 */
export function readOriginal(given: JsonValue): Original | { issues: Issue[] } {
  if (!isObject(given))
    return { issues: [{ pointer: '', message: 'is no policy file: it has to be a mapping of keys' }] };
  const reading = new Reading();
  return { value: reading.file(given), notes: reading.notes, placeOf: (pointer) => reading.placeOf(pointer) };
}

type Original = {
  value: JsonObject;
  notes: ImportNote[];
  /** Where the file has what the value has at a pointer. */
  placeOf(pointer: string): string;
  issues?: never;
};

/** Keys of a rule in the original; a rule with any other key of ours is of the form of today, and stays as it is. */
const ORIGINAL_RULE = new Set([
  'tool_name',
  'agent_name',
  'sensitivity_level',
  'action',
  'reason',
  'message',
]);
const REASON_CODE = /^[a-z][a-z0-9_]{0,63}$/;
const MAX_MESSAGE = 1_000;
const AGENT_KEYS = ['allowed_tools', 'approval_required_tools'];

class Reading {
  readonly notes: ImportNote[] = [];
  /** Of lists that something was taken out of, by pointer, the places of what was kept. */
  readonly #kept = new Map<string, number[]>();

  placeOf(pointer: string): string {
    let place = '';
    for (const segment of pointer.split('/').slice(1)) {
      const index = this.#kept.get(place)?.[Number(segment)];
      place += `/${index ?? segment}`;
    }
    return place;
  }

  file(given: JsonObject): JsonObject {
    const value: JsonObject = {};
    for (const [key, member] of Object.entries(given)) {
      const pointer = `/${pointerSegment(key)}`;
      if (!Object.hasOwn(policyFileSchema.shape, key))
        this.#note('left_out', pointer, `the key \`${key}\` means nothing here`);
      else if (member === null) this.#note('left_out', pointer, `\`${key}\` is empty`);
      else value[key] = this.#member(key, member, pointer);
    }
    return value;
  }

  #member(key: string, member: JsonValue, pointer: string): JsonValue {
    if (key === 'rules' && Array.isArray(member))
      return this.#filtered(member, pointer, (rule, place) => this.#rule(rule, place));
    if (key === 'data_classification' && isObject(member)) return this.#classification(member, pointer);
    if (key === 'agents' && isObject(member)) return this.#agents(member, pointer);
    if (key === 'monitored_tools') return this.#plainNames(member, pointer);
    if (key === 'blocked_tools' || key === 'high_risk_tools') this.#warnOfPatterns(member, pointer);
    return member;
  }

  #rule(rule: JsonValue, pointer: string): JsonValue[] {
    if (!isObject(rule)) return [rule];
    const named = this.#worded(this.#known(rule, [...RULE_MEMBERS], pointer), pointer);
    if (Object.keys(named).some((key) => !ORIGINAL_RULE.has(key))) return [named];
    const { sensitivity_level: level, action } = named;
    if (typeof level === 'string' && !isLevel(level))
      return this.#without(
        pointer,
        `there is no sensitivity level "${level}" here, so the rule could never match`,
      );
    const patterns = [named['tool_name'], named['agent_name']].filter(isPattern);
    if (patterns.length === 0) return [named];
    if (action === 'allow')
      return this.#without(
        pointer,
        `${quoted(patterns)} was a name and would be a pattern here, which allows more`,
      );
    this.#note('stricter', pointer, `${quoted(patterns)} was a name, and is a pattern here`);
    return [named];
  }

  #without(pointer: string, why: string): JsonValue[] {
    this.#note('left_out', pointer, `rule ${Number(pointer.split('/')[2]) + 1}: ${why}`);
    return [];
  }

  /** An action in other letters, and a reason in words, which is what a message is. */
  #worded(rule: JsonObject, pointer: string): JsonObject {
    const { reason, action, ...rest } = rule;
    const plain =
      typeof action === 'string' ? ACTIONS.find((one) => one === action.trim().toLowerCase()) : undefined;
    if (plain !== undefined && plain !== action)
      this.#note('changed', `${pointer}/action`, `the action "${action}" is written ${plain} here`);
    const words = { ...rest, ...(action !== undefined && { action: plain ?? action }) };
    if (reason === undefined) return words;
    if (typeof reason !== 'string' || REASON_CODE.test(reason)) return { ...words, reason };
    if (reason.trim() === '') {
      this.#note('left_out', `${pointer}/reason`, 'the reason is empty');
      return words;
    }
    const isCut = reason.length > MAX_MESSAGE;
    const how = isCut ? `, of which the first ${MAX_MESSAGE} characters were kept` : '';
    if (Object.hasOwn(rest, 'message'))
      this.#note(
        'left_out',
        `${pointer}/reason`,
        'the reason is a sentence, and the rule has a message beside it',
      );
    else
      this.#note('changed', `${pointer}/reason`, `the reason is a sentence, so it became the message${how}`);
    return { message: reason.slice(0, MAX_MESSAGE), ...words };
  }

  #classification(given: JsonObject, pointer: string): JsonObject {
    const known = this.#known(given, ['blocked_sensitivity_levels'], pointer);
    const levels = known['blocked_sensitivity_levels'];
    if (!Array.isArray(levels)) return known;
    const kept = this.#filtered(levels, `${pointer}/blocked_sensitivity_levels`, (level, place) => {
      if (typeof level !== 'string' || isLevel(level)) return [level];
      this.#note('left_out', place, `there is no sensitivity level "${level}" here`);
      return [];
    });
    return { ...known, blocked_sensitivity_levels: kept };
  }

  #agents(given: JsonObject, pointer: string): JsonObject {
    const agents: JsonObject = {};
    for (const [name, agent] of Object.entries(given)) {
      const place = `${pointer}/${pointerSegment(name)}`;
      if (isGlob(name))
        this.#note('left_out', place, `"${name}" was a name, and no agent can be called that here`);
      else if (agent === null) this.#note('left_out', place, `agent ${name} is empty`);
      else agents[name] = isObject(agent) ? this.#agent(agent, place) : agent;
    }
    return agents;
  }

  #agent(given: JsonObject, pointer: string): JsonObject {
    const agent = this.#known(given, AGENT_KEYS, pointer);
    const { allowed_tools: allowed, approval_required_tools: asked } = agent;
    if (asked !== undefined) this.#warnOfPatterns(asked, `${pointer}/approval_required_tools`);
    if (allowed === undefined) return agent;
    return { ...agent, allowed_tools: this.#plainNames(allowed, `${pointer}/allowed_tools`) };
  }

  /** The members that mean something; the original passed over the others as well. */
  #known(given: JsonObject, known: readonly string[], pointer: string): JsonObject {
    const entries = Object.entries(given).filter(([key]) => {
      const isKept = known.includes(key);
      if (!isKept)
        this.#note('left_out', `${pointer}/${pointerSegment(key)}`, `the key \`${key}\` means nothing here`);
      return isKept;
    });
    return Object.fromEntries(entries);
  }

  #plainNames(given: JsonValue, pointer: string): JsonValue {
    if (!Array.isArray(given)) return given;
    return this.#filtered(given, pointer, (name, place) => {
      if (!isPattern(name)) return [name];
      this.#note('left_out', place, `"${name}" was a name and would be a pattern here, which allows more`);
      return [];
    });
  }

  #filtered(
    list: readonly JsonValue[],
    pointer: string,
    keep: (item: JsonValue, place: string) => JsonValue[],
  ): JsonValue[] {
    const kept = list.map((item, index) => keep(item, `${pointer}/${index}`));
    this.#kept.set(
      pointer,
      kept.flatMap((items, index) => items.map(() => index)),
    );
    return kept.flat();
  }

  #warnOfPatterns(given: JsonValue, pointer: string): void {
    if (!Array.isArray(given)) return;
    for (const [index, name] of given.entries())
      if (isPattern(name))
        this.#note('stricter', `${pointer}/${index}`, `"${name}" was a name, and is a pattern here`);
  }

  #note(kind: ImportNote['kind'], pointer: string, message: string): void {
    this.notes.push({ kind, message, pointer });
  }
}

function isObject(value: JsonValue | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isPattern(name: JsonValue | undefined): name is string {
  return typeof name === 'string' && isGlob(name);
}

function isLevel(level: string): boolean {
  return (SENSITIVITY_LEVELS as readonly string[]).includes(level.toLowerCase());
}

function quoted(names: readonly string[]): string {
  return names.map((name) => `"${name}"`).join(' and ');
}
