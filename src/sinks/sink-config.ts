import { z } from 'zod';
import { EVENT_TYPES } from '../audit/event.ts';
import { FORMATS } from './formats/format.ts';

const LOOPBACK_HOST = /^(127(\.\d{1,3}){3}|\[::1\]|::1|localhost)$/;
/** Log audit (RFC 5424). */
const AUDIT_FACILITY = 13;
const EVENT_TYPE_NAMES: readonly string[] = EVENT_TYPES;
const DECISIONS = ['allow', 'block', 'require_approval', 'skip'] as const;

const url = z
  .url({ protocol: /^https?$/, error: 'must be an http or https URL' })
  .refine((text) => new URL(text).username === '' && new URL(text).password === '', {
    error: 'must hold no user and no password; use authorization_env or authorization_file',
  });

/** Variables of our own prefix are settings, and an unknown one stops the start. */
const variableName = z
  .string()
  .regex(/^[A-Za-z_][A-Za-z0-9_]*$/, 'must be the name of an environment variable')
  .refine((name) => !name.startsWith('AISECOPS_'), 'must not begin with AISECOPS_, which is for settings');

const common = {
  /** Names its files, its metrics and its place in /audit/failures. */
  name: z
    .string()
    .regex(/^[a-z][a-z0-9-]{0,31}$/, 'must be 1 to 32 of a-z, 0-9 and -, and begin with a letter'),
  /** Only events of these types; absent: all. */
  event_types: z
    .array(z.string().refine((name) => EVENT_TYPE_NAMES.includes(name), 'is no event type'))
    .min(1)
    .optional(),
  /** Only events with one of these decisions; absent: all. */
  decisions: z.array(z.enum(DECISIONS)).min(1).optional(),
  /** Where a sink that has no position yet begins. */
  from: z.enum(['beginning', 'end']).default('beginning'),
  /** Events of one message at the most. */
  batch_events: z.int().min(1).max(1_000).default(100),
  /** How long one attempt may take. */
  timeout_ms: z.int().min(100).max(120_000).default(10_000),
  /** The wait after the first failed attempt; it doubles with each further one. */
  retry_first_ms: z.int().min(10).max(60_000).default(1_000),
  retry_max_ms: z.int().min(10).max(3_600_000).default(300_000),
  /** Events kept as dead letters before the sink stops. */
  max_dead_letters: z.int().min(1).max(2_000).default(1_000),
};

/** A target spoken to over HTTP. */
const http = {
  ...common,
  url,
  /** Allows http beyond loopback: evidence then crosses the network in clear. */
  allow_http: z.boolean().default(false),
  /** The whole value of the header Authorization. */
  authorization_env: variableName.optional(),
  authorization_file: z.string().min(1).optional(),
};

const IN_CLEAR = { path: ['url'], error: 'would send evidence in clear; use https, or set allow_http: true' };
const TWO_AUTHORIZATIONS = {
  path: ['authorization_env'],
  error: 'give authorization_env or authorization_file, not both',
};

const webhook = z
  .strictObject({
    ...http,
    kind: z.literal('webhook'),
    /** One or more of `whsec_…`, with white space between them. */
    secret_env: variableName.optional(),
    secret_file: z.string().min(1).optional(),
  })
  .refine(isPrivate, IN_CLEAR)
  .refine(hasOneAuthorization, TWO_AUTHORIZATIONS)
  .refine((one) => (one.secret_env === undefined) !== (one.secret_file === undefined), {
    path: ['secret_env'],
    error: 'a webhook needs secret_env or secret_file, and not both',
  });

const otlp = z
  .strictObject({ ...http, kind: z.literal('otlp') })
  .refine(isPrivate, IN_CLEAR)
  .refine(hasOneAuthorization, TWO_AUTHORIZATIONS);

const syslog = z
  .strictObject({
    ...common,
    kind: z.literal('syslog'),
    host: z.string().regex(/^[A-Za-z0-9.:_-]{1,255}$/, 'must be a name or an address'),
    port: z.int().min(1).max(65_535).default(6514),
    tls: z.boolean().default(true),
    /** Allows `tls: false` beyond loopback: evidence then crosses the network in clear. */
    allow_plain: z.boolean().default(false),
    format: z.enum(FORMATS).default('json'),
    facility: z.int().min(0).max(23).default(AUDIT_FACILITY),
  })
  .refine((one) => one.tls || one.allow_plain || LOOPBACK_HOST.test(one.host), {
    path: ['tls'],
    error: 'evidence would go in clear; leave tls on, or set allow_plain: true',
  });

export const SINK_KINDS = ['webhook', 'syslog', 'otlp'] as const;

export const sinksSchema = z
  .array(z.discriminatedUnion('kind', [webhook, syslog, otlp]))
  .max(16)
  .refine((all) => new Set(all.map(({ name }) => name)).size === all.length, 'two sinks have one name');

/** The schema of each kind, for the documentation to be held against. */
export const SINK_SCHEMAS: Record<SinkKind, z.ZodObject> = { webhook, syslog, otlp };

/** One place outside that gets the events of the log. */
export type SinkConfig = z.infer<typeof sinksSchema>[number];
export type SinkKind = (typeof SINK_KINDS)[number];
export type WebhookConfig = z.infer<typeof webhook>;
export type OtlpConfig = z.infer<typeof otlp>;
export type SyslogConfig = z.infer<typeof syslog>;

function isPrivate({ url: text, allow_http }: { url: string; allow_http: boolean }): boolean {
  const { protocol, hostname } = new URL(text);
  return protocol === 'https:' || allow_http || LOOPBACK_HOST.test(hostname);
}

function hasOneAuthorization(one: {
  authorization_env?: string | undefined;
  authorization_file?: string | undefined;
}): boolean {
  return one.authorization_env === undefined || one.authorization_file === undefined;
}
