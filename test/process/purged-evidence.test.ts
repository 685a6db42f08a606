import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { filesInZip } from '../../src/evidence/zip.ts';
import { runTool } from '../cli/run-tool.ts';
import { naiveBundleFault } from '../evidence/naive-bundle.ts';
import { ADMIN_TOKEN, startProcess } from './gateway-process.ts';
import { logKeyOf } from './naive-log.ts';
import { filledLog, LONG_TRACE, purgeAll, SMALL_SEGMENTS } from './purged-log.ts';

/** The words of a log whose first segments are gone, and the evidence of traces that began in them. */
describe('what is left of a log after a purge', () => {
  it('is searched, tested against a policy and taken out as evidence', { timeout: 120_000 }, async () => {
    const { directory, old, recent } = await filledLog();
    expect((await purgeAll(directory)).code).toBe(0);
    const gateway = await startProcess(directory, SMALL_SEGMENTS);
    try {
      const zipOf = async (method: string, path: string, body?: object) => {
        const response = await fetch(`${gateway.origin}${path}`, {
          method,
          headers: { authorization: `Bearer ${ADMIN_TOKEN}`, 'content-type': 'application/json' },
          ...(body !== undefined && { body: JSON.stringify(body) }),
        });
        expect(response.status).toBe(200);
        return Buffer.from(await response.arrayBuffer());
      };
      for (const [name, zip, trace] of [
        ['long', await zipOf('GET', `/replay/${LONG_TRACE}/evidence`), LONG_TRACE],
        ['recent', await zipOf('GET', `/replay/${recent}/evidence`), undefined],
        ['all', await zipOf('POST', '/evidence', { filter: {} }), LONG_TRACE],
      ] as const) {
        const file = join(directory, `${name}.zip`);
        writeFileSync(file, zip);
        const files = await filesInZip(zip);
        const { purged } = JSON.parse(files.get('manifest.json')?.toString('utf8') ?? '');
        expect(Object.keys(purged ?? {})).toEqual(trace === undefined ? [] : [trace]);
        const log = logKeyOf(directory);
        expect(naiveBundleFault(files, { log })).toBeUndefined();
        expect((await runTool(['verify', file, '--key', log])).code).toBe(0);
        const complete = await runTool(['verify', file, '--key', log, '--require', 'complete']);
        expect(complete.code).toBe(trace === undefined ? 0 : 14);
      }
      expect((await gateway.send(`GET /replay/${old}/evidence`)).status).not.toBe(200);

      const { body } = await gateway.send('POST /replay/backtest', { body: { policy: 'production' } });
      const { body: job } = await gateway.send(`GET /backtests/${body['backtest_id']}?wait=30`);
      const { progress, report } = job as {
        progress: { bytes: number; of: number };
        report: { loosened: number };
      };
      expect(progress.bytes).toBe(progress.of);
      expect(report).toMatchObject({ loosened: 0, tightened: 0 });

      const found = await gateway.send('GET /replay?q=read_contract&limit=500');
      expect(found.status).toBe(200);
    } finally {
      await gateway.stop();
    }
    // No word of what is gone is left on the disk: the id of a trace that was purged is one.
    const words = readFileSync(join(directory, 'data', 'aisecops-text.db'));
    const pieces = old
      .toLowerCase()
      .split('-')
      .filter((piece) => piece.length > 6);
    expect(pieces.some((piece) => words.includes(piece))).toBe(false);
  });
});
