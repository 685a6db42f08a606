import { z } from 'zod';

const LOOPBACK_HOST = /^(127(\.\d{1,3}){3}|\[::1\]|localhost)$/;

/** Variables of our own prefix are settings, and an unknown one stops the start. */
const variableName = z
  .string()
  .regex(/^[A-Za-z_][A-Za-z0-9_]*$/, 'must be the name of an environment variable')
  .refine((name) => !name.startsWith('AISECOPS_'), 'must not begin with AISECOPS_, which is for settings');

/** A model that is asked over HTTP; docs/classifier.md describes what it is sent and has to answer. */
export const classifierSchema = z
  .strictObject({
    /** Stands in findings and facts. */
    name: z
      .string()
      .regex(/^[a-z][a-z0-9-]{0,31}$/, 'must be 1 to 32 of a-z, 0-9 and -, and begin with a letter')
      .default('model'),
    /** The one address that is asked; what it redirects to is not. */
    url: z
      .url({ protocol: /^https?$/, error: 'must be an http or https URL' })
      .refine((text) => new URL(text).username === '' && new URL(text).password === '', {
        error: 'must hold no user and no password; use authorization_env or authorization_file',
      }),
    /** The whole value of the header Authorization. */
    authorization_env: variableName.optional(),
    authorization_file: z.string().min(1).optional(),
    /** How long one plan waits for it. */
    timeout_ms: z.int().min(10).max(30_000).default(500),
    /** The score from which a sentence is a finding. */
    threshold: z.number().gt(0).max(1).default(0.9),
    /** What becomes of a plan of which it says nothing. */
    on_failure: z.enum(['ignore', 'require_approval']).default('ignore'),
    /** Sentences of one plan that are asked about. */
    max_chunks: z.int().min(1).max(1_000).default(64),
    /** Requests under way at once; beyond them the classifier counts as failed. */
    max_requests: z.int().min(1).max(1_000).default(32),
  })
  .refine(({ url }) => new URL(url).protocol === 'https:' || LOOPBACK_HOST.test(new URL(url).hostname), {
    path: ['url'],
    error: 'would send texts of plans in clear; use https, or a model on this machine',
  })
  .refine((one) => one.authorization_env === undefined || one.authorization_file === undefined, {
    path: ['authorization_env'],
    error: 'give authorization_env or authorization_file, not both',
  });

export type ClassifierConfig = z.infer<typeof classifierSchema>;
