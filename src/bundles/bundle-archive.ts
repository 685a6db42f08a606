import { mkdir, readFile, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { replaceFile, syncDirectory } from '../disk/durable-file.ts';
import { canonicalJson, sha256 } from '../json/canonical.ts';
import { parseJson } from '../json/parse-json.ts';
import type { JsonObject } from '../json/value.ts';
import { type BundleContent, contentText } from '../policy/content.ts';
import { filesHash } from './file-hashes.ts';
import { manifestSchema, type PolicySource } from './manifest.ts';

const VERSION = /^sha256:([0-9a-f]{64})$/;
/** Beside the directory of the bundles, the one of the files that they were read from. */
const FILES = 'policy-files';

/** Whether a text has the form of a bundle's version. */
export function isVersion(text: string): boolean {
  return VERSION.test(text);
}

/** Keeps every bundle that was ever active or published, by its hash, so that any past decision can be made again. */
export class BundleArchive {
  readonly #directory: string;
  readonly #files: string;

  constructor(directory: string) {
    this.#directory = directory;
    this.#files = join(dirname(directory), FILES);
  }

  /** Makes a bundle's content durable. `version` MUST be its canonical hash. */
  async keep(version: string, content: JsonObject): Promise<void> {
    await this.#keepText(version, () => contentText(content as unknown as BundleContent));
  }

  /** The same of a content that others made: nothing is taken for granted of it but that `version` is its hash. */
  async keepForeign(version: string, content: JsonObject): Promise<void> {
    await this.#keepText(version, () => canonicalJson(content));
  }

  /** The content of a version, checked against its hash; `undefined` where it is not kept or not intact. */
  async read(version: string): Promise<JsonObject | undefined> {
    if (!isVersion(version)) return undefined;
    const text = await intactText(this.#pathOf(version), version);
    return text === undefined ? undefined : (parseJson(text) as JsonObject);
  }

  /** How long the content of a version is; `undefined` where it is not kept. */
  async bytesOf(version: string): Promise<number | undefined> {
    if (!isVersion(version)) return undefined;
    return (await stat(this.#pathOf(version)).catch(() => undefined))?.size;
  }

  /** Makes the files of a set durable, with their manifest, under their hash. */
  async keepFiles(hash: string, source: PolicySource): Promise<void> {
    const path = this.#pathOf(hash, this.#files);
    const text = canonicalJson(source);
    if ((await readFile(path, 'utf8').catch(() => undefined)) === text) return;
    await this.#write(path, text);
  }

  /** The files of a set, checked against their hash; `undefined` where they are not kept or not intact. */
  async readFiles(hash: string): Promise<PolicySource | undefined> {
    const text = await readFile(this.#pathOf(hash, this.#files), 'utf8').catch(() => undefined);
    const kept = text === undefined ? undefined : sourceIn(text);
    return kept !== undefined && filesHash(kept.files) === hash ? kept : undefined;
  }

  async #keepText(version: string, textOf: () => string): Promise<void> {
    const path = this.#pathOf(version);
    if ((await intactText(path, version)) === undefined) await this.#write(path, textOf());
  }

  async #write(path: string, text: string): Promise<void> {
    await mkdir(dirname(path), { recursive: true, mode: 0o750 });
    await replaceFile(path, { content: text, mode: 0o640 });
    await syncDirectory(dirname(path));
    await syncDirectory(dirname(dirname(path)));
  }

  #pathOf(hash: string, directory = this.#directory): string {
    const hex = VERSION.exec(hash)?.[1];
    if (hex === undefined) throw new TypeError(`${hash} is not a hash`);
    return join(directory, `${hex}.json`);
  }
}

/** A file that is canonical JSON is as it was kept where its bytes have the hash. */
async function intactText(path: string, version: string): Promise<string | undefined> {
  const text = await readFile(path, 'utf8').catch(() => undefined);
  return text !== undefined && sha256(text) === version ? text : undefined;
}

function sourceIn(text: string): PolicySource | undefined {
  try {
    const { files, manifest } = parseJson(text) as { files?: PolicySource['files']; manifest?: unknown };
    if (files === undefined) return undefined;
    return manifest === undefined ? { files } : { files, manifest: manifestSchema.parse(manifest) };
  } catch {
    return undefined;
  }
}
