import { type Hold, scopeText } from '../holds/hold.ts';
import { holdsInLog } from '../holds/holds-in-log.ts';
import { AUDIT_FILE, auditFileOf, BROKEN, type Command, type Given, type Terminal } from './command.ts';
import { safeJson, safeText } from './safe-text.ts';

export const holdsCommand: Command = {
  name: 'audit holds',
  summary: 'List the holds that forbid purging, from the log alone',
  options: {
    ...AUDIT_FILE,
    all: { description: 'also those that were released' },
    json: { description: 'as JSON' },
  },
  exits: { [BROKEN]: 'a line of the log does not hold, and may have told of a hold, or it is no log' },
  run: list,
};

async function list(given: Given, terminal: Terminal): Promise<number> {
  const all = await holdsInLog(auditFileOf(given));
  const holds = given['all'] === true ? all : all.filter(({ status }) => status === 'active');
  if (given['json'] === true) terminal.out(safeJson({ holds }));
  else if (holds.length === 0) terminal.out('no hold is active\n');
  else for (const hold of holds) terminal.out(`${safeText(textOf(hold))}\n`);
  return 0;
}

function textOf({ hold_id, status, scope, reason, placed_by, placed_at, released }: Hold): string {
  const end =
    released === undefined ? '' : `; released by ${released.by} at ${released.at}: ${released.reason}`;
  return `${hold_id} ${status}: ${scopeText(scope)}; ${reason}; by ${placed_by} at ${placed_at}${end}`;
}
