import type { JsonObject } from '../json/value.ts';
import type { Action } from './bundle.ts';

/** A test that an author wrote beside the rules: this plan gets this decision. */
export type BundleTest = {
  name: string;
  /** Plans that were decided before, in order. */
  before?: JsonObject[];
  plan: JsonObject;
  expect: Action;
  reason?: string;
  control?: string;
};

/**
 * The tests of a bundle, from its content (`Bundle.content`), in the order of the file. They are data: who can
 * decide plans runs them.
 */
export function bundleTests(content: JsonObject): BundleTest[] {
  return (content['tests'] ?? []) as BundleTest[];
}
