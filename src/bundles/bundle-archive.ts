import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { replaceFile, syncDirectory } from '../disk/durable-file.ts';
import { canonicalHash, canonicalJson } from '../json/canonical.ts';
import { parseJson } from '../json/parse-json.ts';
import type { JsonObject } from '../json/value.ts';

const VERSION = /^sha256:([0-9a-f]{64})$/;

/** Whether a text has the form of a bundle's version. */
export function isVersion(text: string): boolean {
  return VERSION.test(text);
}

/** Keeps every bundle that was ever active, by its hash, so that any past decision can be made again. */
export class BundleArchive {
  readonly #directory: string;

  constructor(directory: string) {
    this.#directory = directory;
  }

  /** Makes a bundle's content durable. `version` MUST be its canonical hash. */
  async keep(version: string, content: JsonObject): Promise<void> {
    const path = this.#pathOf(version);
    if (path === undefined) throw new TypeError(`${version} is not a bundle version`);
    if ((await this.read(version)) !== undefined) return;
    await mkdir(this.#directory, { recursive: true, mode: 0o750 });
    await replaceFile(path, { content: canonicalJson(content), mode: 0o640 });
    await syncDirectory(this.#directory);
  }

  /** The content of a version, checked against its hash; `undefined` where it is not kept or not intact. */
  async read(version: string): Promise<JsonObject | undefined> {
    const path = this.#pathOf(version);
    if (path === undefined) return undefined;
    const text = await readFile(path, 'utf8').catch(() => undefined);
    if (text === undefined) return undefined;
    const content = parseJson(text) as JsonObject;
    return canonicalHash(content) === version ? content : undefined;
  }

  #pathOf(version: string): string | undefined {
    const hex = VERSION.exec(version)?.[1];
    return hex === undefined ? undefined : join(this.#directory, `${hex}.json`);
  }
}
