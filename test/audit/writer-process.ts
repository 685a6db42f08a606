import { writeSync } from 'node:fs';
import { openAuditLog } from '../../src/audit/open-audit-log.ts';
import { planGroup } from './plan-group.ts';

/*
 * A process that appends under 64 concurrent callers until something ends it. Each group that was answered is
 * printed, synchronously, as `<last sequence> <hash>`: these are the receipts that no crash may make untrue.
 * `hold` as second argument opens the log and only keeps it.
 */
const [file = '', task = 'append'] = process.argv.slice(2);

const opened = await openAuditLog({ file, clock: Date.now, onCommit: () => undefined }).catch((error) => {
  print(`refused ${error.code}`);
  process.exit(3);
});
print('open');
if (task === 'hold') {
  setInterval(() => undefined, 1_000);
} else {
  await Promise.all(Array.from({ length: 64 }, (_, caller) => appendForever(caller)));
  print(`state ${opened.log.state}`);
}

async function appendForever(caller: number): Promise<void> {
  for (let turn = 0; ; turn += 1) {
    try {
      const group = await opened.log.append(
        planGroup(`run-${process.pid}-${caller}-${turn % 3}`, 1 + (turn % 8)),
      );
      print(`${group.last_sequence} ${group.hash}`);
    } catch (error) {
      print(`failed ${(error as { why?: string }).why}`);
      return;
    }
  }
}

function print(line: string): void {
  writeSync(1, `${line}\n`);
}
