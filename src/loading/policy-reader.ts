import { BundleArchive } from '../bundles/bundle-archive.ts';
import type { DecisionChanges } from '../bundles/decision-changes.ts';
import { filesHash } from '../bundles/file-hashes.ts';
import {
  type PolicyFiles,
  type PolicyParts,
  readPolicyParts,
  toPolicySet,
} from '../bundles/load-policy-set.ts';
import type { SignedManifest } from '../bundles/manifest.ts';
import { type CheckedSet, MAX_WARNINGS, summaryOf, withTestWarnings } from '../bundles/policy-loader.ts';
import { judgeTests, type TestRunner } from '../bundles/policy-tests.ts';
import type { WithContent } from '../bundles/rule-changes.ts';
import { canonicalJson } from '../json/canonical.ts';
import type { JsonObject, JsonValue } from '../json/value.ts';
import type { Bundle } from '../policy/bundle.ts';
import { CompileMemo } from '../policy/compile-memo.ts';
import { type ContentPair, compareContents, contentChanges } from './compare-contents.ts';
import type { FromLoading, LoadedParts, ToLoading, VersionPair } from './wire.ts';

/** Sets that are remembered, compiled as they are: what is active, what is being looked at, and those before. */
const SETS_KEPT = 4;
/** Rules in one text: what takes a few milliseconds to read and compile. */
const RULES_PER_TEXT = 250;

type Known = { bundle: Bundle; files: PolicyFiles };

/** Reads sets one after the other and remembers what they have in common. Lives on the thread. */
export class PolicyReader {
  readonly #archive: BundleArchive;
  readonly #runTest: TestRunner;
  readonly #memo = new CompileMemo();
  /** By version and hash of the files, the last one used at the end. */
  readonly #known = new Map<string, Known>();

  constructor(archive: string, runTest: TestRunner) {
    this.#archive = new BundleArchive(archive);
    this.#runTest = runTest;
  }

  async answer(asked: ToLoading): Promise<FromLoading> {
    const { id } = asked;
    if ('compare' in asked) return { id, compared: await this.#compare(asked.compare) };
    if ('changes' in asked) {
      const { listed, ...pair } = asked.changes;
      return { id, changes: atOnce(contentChanges(await this.#pair(pair), listed)) };
    }
    if ('keep' in asked) return { id, kept: await this.#keep(asked.keep, asked.manifest) };
    const files = 'check' in asked ? asked.check : asked.load;
    const { parts, problems } = this.#read(files, 'isUntested' in asked);
    if (parts === undefined) return { id, problems };
    this.#remember(files, parts.bundle);
    if ('check' in asked) return { id, checked: told(parts) };
    const base = asked.base === undefined ? undefined : this.#bundleOf(asked.base)?.content;
    return { id, parts: toWire(parts, base) };
  }

  #read(files: PolicyFiles, isUntested: boolean): ReturnType<typeof readPolicyParts> {
    const read = readPolicyParts(files, { memo: this.#memo, maxWarnings: MAX_WARNINGS });
    if (read.parts === undefined || isUntested) return read;
    const { failed, warnings } = judgeTests(toPolicySet(read.parts), files, this.#runTest);
    if (failed.length > 0) return { problems: failed };
    return { parts: withTestWarnings(read.parts, warnings) };
  }

  async #keep(
    { version, files_hash }: { version: string; files_hash: string },
    manifest: SignedManifest | undefined,
  ): Promise<boolean> {
    const known = this.#known.get(`${version} ${files_hash}`);
    if (known === undefined) return false;
    const { bundle, files } = known;
    await this.#archive.keep(version, bundle.content);
    await this.#archive.keepFiles(files_hash, manifest === undefined ? { files } : { files, manifest });
    return true;
  }

  async #compare(pair: VersionPair): Promise<DecisionChanges> {
    return atOnce(compareContents(await this.#pair(pair)));
  }

  async #pair({ from, to, tenant_id }: VersionPair): Promise<ContentPair> {
    return { from: await this.#withContent(from), to: await this.#withContent(to), tenant_id };
  }

  async #withContent(version: string): Promise<WithContent> {
    const known = this.#bundleOf(version);
    if (known !== undefined) return known;
    const content = await this.#archive.read(version);
    if (content === undefined) throw new Error(`there is no bundle ${version}`);
    return { version, content };
  }

  #bundleOf(version: string): Bundle | undefined {
    for (const [key, { bundle }] of this.#known) if (key.startsWith(`${version} `)) return bundle;
    return undefined;
  }

  #remember(files: PolicyFiles, bundle: Bundle): void {
    const key = `${bundle.version} ${filesHash(files)}`;
    this.#known.delete(key);
    this.#known.set(key, { bundle, files });
    for (const oldest of this.#known.keys()) {
      if (this.#known.size <= SETS_KEPT) return;
      this.#known.delete(oldest);
    }
  }
}

/** Nobody else has to have a turn here. */
function atOnce<T>(steps: Generator<void, T>): T {
  for (;;) {
    const { done, value } = steps.next();
    if (done === true) return value;
  }
}

/** What there is to tell of a set, without what it says: that stays here. */
function told(parts: PolicyParts): CheckedSet {
  const { compared, ...summary } = summaryOf(parts);
  return { ...summary, compared: { version: compared.version } };
}

/** Rules that are the very same object as one of the base need not cross. */
function toWire({ bundle, ...parts }: PolicyParts, base: JsonObject | undefined): LoadedParts {
  const { rules, capabilities, ...rest } = bundle.content;
  const places = new Map(listOf(base?.['rules']).map((rule, place) => [rule, place]));
  const order = Int32Array.from(listOf(rules), (rule) => places.get(rule) ?? -1);
  const fresh = listOf(rules).filter((rule) => !places.has(rule));
  const hasCapabilities =
    base === undefined || canonicalJson(base['capabilities']) !== canonicalJson(capabilities);
  return {
    ...{ ...parts, version: bundle.version, order, hasCapabilities, fresh: textsOf(fresh) },
    rest: JSON.stringify(hasCapabilities ? { ...rest, capabilities } : rest),
  };
}

function listOf(rules: JsonValue | undefined): readonly JsonValue[] {
  return Array.isArray(rules) ? rules : [];
}

function textsOf(rules: readonly JsonValue[]): string[] {
  const texts: string[] = [];
  for (let at = 0; at < rules.length; at += RULES_PER_TEXT)
    texts.push(JSON.stringify(rules.slice(at, at + RULES_PER_TEXT)));
  return texts;
}
