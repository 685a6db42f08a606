import { dirname, join } from 'node:path';
import { blobDirectory, storeBlob } from '../audit/blob.ts';
import { BundleArchive } from '../bundles/bundle-archive.ts';
import type { JsonObject } from '../json/value.ts';
import type { RunCheck } from './run-check.ts';
import type { RunLine } from './run-lines.ts';

/**
 * What came with a run beside its events. It is kept once the run holds, and where an event of it names it: whoever may send
 * a run could fill the disk with what belongs to no event.
 */
export class RunExtras {
  readonly #blobs = new Map<string, string>();
  readonly #policies = new Map<string, JsonObject>();

  add(line: Extract<RunLine, { kind: 'blob' | 'policy' }>): void {
    if (line.kind === 'blob') this.#blobs.set(line.hash, line.text);
    else this.#policies.set(line.version, line.content);
  }

  /** The text of a blob. */
  blob(hash: string): string | undefined {
    return this.#blobs.get(hash);
  }

  /** Makes durable, beside the log, what its new events name. */
  async keep(auditFile: string, named: RunCheck['named']): Promise<void> {
    for (const hash of named.blobs) {
      const text = this.#blobs.get(hash);
      if (text !== undefined) await storeBlob(blobDirectory(auditFile), { hash, text });
    }
    const archive = new BundleArchive(join(dirname(auditFile), 'policies'));
    for (const version of named.policies) {
      const content = this.#policies.get(version);
      if (content !== undefined) await archive.keepForeign(version, content);
    }
  }
}
