import fs from 'node:fs';
import promises from 'node:fs/promises';
import { syncBuiltinESMExports } from 'node:module';

/*
 * Loaded before a program (`--import`): ends it as a crash would, right before its n-th call that changes something on
 * the disk. `KILL_AT_CALL` is n; what is called is said to descriptor 3 where `KILL_LOG` is set.
 */

const at = Number(process.env['KILL_AT_CALL'] ?? 0);
let calls = 0;

function count(name: string): void {
  calls += 1;
  if (calls === at) {
    fs.writeSync(2, `killed before ${name}\n`);
    process.kill(process.pid, 'SIGKILL');
    // The signal comes before anything else of this thread runs, or as good as.
    for (;;) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1_000);
  }
}

type Call = (...args: never[]) => unknown;

function watch(
  target: Record<string, Call>,
  names: readonly string[],
  isChange: (...args: never[]) => boolean,
) {
  for (const name of names) {
    const original = target[name];
    if (original === undefined) throw new Error(`there is no ${name}`);
    target[name] = function watched(this: unknown, ...args: never[]) {
      if (isChange(...args)) count(name);
      return original.apply(this, args);
    };
  }
}

const isFile = (fd: unknown): boolean => typeof fd === 'number' && fd > 2;
const always = () => true;

const sync = fs as unknown as Record<string, Call>;
watch(sync, ['fdatasyncSync', 'fsyncSync', 'ftruncateSync', 'fchmodSync'], always);
watch(sync, ['renameSync', 'unlinkSync', 'rmSync', 'mkdirSync'], always);
watch(sync, ['writeSync'], (fd: never) => isFile(fd));
const later = promises as unknown as Record<string, Call>;
watch(later, ['rename', 'unlink', 'link', 'mkdir'], always);
const handle = await promises.open(process.execPath, 'r');
const prototype = Object.getPrototypeOf(handle) as Record<string, Call>;
await handle.close();
watch(prototype, ['writeFile', 'appendFile', 'write', 'sync', 'datasync', 'truncate'], always);
syncBuiltinESMExports();
