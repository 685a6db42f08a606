import { byIdentity } from '../json/by-identity.ts';
import { parsePointer, toPointer, valueAt } from '../json/pointer.ts';
import type { JsonValue } from '../json/value.ts';
import { argumentPointer, type Operators } from './argument-schema.ts';
import { type BundleContent, type RuleOrigins, ruleWhere } from './content.ts';
import type { ObligationContent } from './obligation-schema.ts';
import type { Issue } from './problem.ts';
import type { RuleContent } from './rule-schema.ts';

type Fault = { members: readonly string[]; message: string };

/** The files as they were read, by name; `policies.yaml` under no name. */
type Written = (file: string | undefined) => JsonValue | undefined;

/**
 * What is refused in the rules of files because two readers take it differently. In the content of a bundle it is still
 * understood as it was when the bundle was recorded, so that its decisions can be made again.
 */
export function writtenFaults({ rules }: BundleContent, origins: RuleOrigins, written: Written): Issue[] {
  return rules.flatMap((rule) =>
    faultsOf(rule).map(({ members, message }) => {
      const place = ruleWhere(origins, rule.id, '');
      const content = valueAt(written(place.file), parsePointer(place.pointer) ?? []);
      return { ...place, pointer: `${place.pointer}${toPointer(asWritten(content, members))}`, message };
    }),
  );
}

/** The way to a member of a rule where arguments are named as the author named them. */
function asWritten(rule: unknown, [member = '', argument = '', ...rest]: readonly string[]): string[] {
  const asked = valueAt(rule, [member]);
  const names = Array.isArray(asked) ? [] : Object.keys(asked ?? {});
  return [member, names.find((name) => argumentPointer(name) === argument) ?? argument, ...rest];
}

const faultsOf = byIdentity((rule: RuleContent): readonly Fault[] => {
  const faults = [
    ...pointersOf(rule).flatMap(({ members, pointer }) => indexFault(members, pointer) ?? []),
    ...Object.entries(rule.args).flatMap(([pointer, asked]) => kindFaults(pointer, asked)),
  ];
  return faults.length === 0 ? NOTHING : faults;
});

/** Most rules are as they should be. */
const NOTHING: readonly Fault[] = [];

/** Every pointer into the arguments that a rule is written with. */
function pointersOf({ args, taint, obligations, history = [] }: RuleContent) {
  const keys = (member: string, asked: object) =>
    Object.keys(asked).map((pointer) => ({ members: [member, pointer], pointer }));
  return [
    ...keys('args', args),
    ...keys('taint', taint),
    ...obligations.flatMap((one, index) =>
      obligationPointers(one).map((pointer) => ({ members: ['obligations', String(index)], pointer })),
    ),
    ...history.flatMap(({ same = [], new: fresh = [] }, index) =>
      [...same, ...fresh].map((pointer) => ({ members: ['history', String(index)], pointer })),
    ),
  ];
}

function obligationPointers(obligation: ObligationContent): string[] {
  if ('redact' in obligation) return [obligation.redact];
  if ('cap' in obligation) return Object.keys(obligation.cap);
  return 'set' in obligation ? Object.keys(obligation.set) : [];
}

/** RFC 6901 knows no index with a zero before it; some readers do. */
function indexFault(members: readonly string[], pointer: string): Fault | undefined {
  const segment = parsePointer(pointer)?.find((each) => /^0\d+$/.test(each));
  if (segment === undefined) return undefined;
  const message = `${pointer}: ${segment} is no index of a list; write ${Number(segment)} for an element, and for a member with this name ask in \`when\`: args.codes["${segment}"]`;
  return { members, message };
}

/** As in `when`: beside values of one kind only null may stand. */
function kindFaults(pointer: string, asked: Operators): Fault[] {
  return (['in', 'not_in'] as const).flatMap((operator) => {
    const kinds = [...new Set((asked[operator] ?? []).map(kindOf))].filter((kind) => kind !== 'null').sort();
    if (kinds.length < 2) return [];
    const message = `${operator} lists values of different kinds (${kinds.join(', ')}), and the text "1" is not surely another value than the number 1: write values of one kind, and a rule for each kind`;
    return [{ members: ['args', pointer, operator], message }];
  });
}

function kindOf(value: JsonValue): string {
  return value === null ? 'null' : typeof value;
}
