import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { load } from 'js-yaml';
import { z } from 'zod';
import { classifierSchema } from './classifier/classifier-config.ts';
import { FLOOR_DAYS } from './retention/rule.ts';
import { type SinkConfig, sinksSchema } from './sinks/sink-config.ts';
import { webhookKeys } from './sinks/standard-webhook.ts';
import type { SinkSecrets, SinkTarget } from './sinks/wire.ts';
import { LOG_LEVELS } from './telemetry/logger.ts';

const flag = z.preprocess(
  (value) => (value === 'true' ? true : value === 'false' ? false : value),
  z.boolean(),
);

/** Text as a number; no text is no number, where `Number` would make it 0. */
function portNumber(value: unknown): unknown {
  return typeof value === 'string' && /^\d+$/.test(value) ? Number(value) : value;
}

/** An https URL without user, query, fragment or slash at its end, written as it is normalised. */
function isPublicUrl(text: string): boolean {
  const url = URL.parse(text);
  if (url?.protocol !== 'https:' || text.endsWith('/')) return false;
  return text === `${url.origin}${url.pathname === '/' ? '' : url.pathname}`;
}

/** A list as text, as it stands in a variable: YAML, and so JSON. What is neither is left for the schema to refuse. */
function yamlIn(text: string): unknown {
  try {
    return load(text);
  } catch {
    return text;
  }
}

/**
 * Everything that can be configured: names, defaults, meaning. A setting `audit_file` is the flag `--audit-file`, the
 * environment variable `AISECOPS_AUDIT_FILE` and the key `audit_file` of `aisecops.yaml`, in this order of precedence.
 */
export const configSchema = z.strictObject({
  host: z
    .string()
    .min(1)
    .default('127.0.0.1')
    .describe('Address to listen on. Anything but loopback needs admin_token.'),
  port: z
    .preprocess(portNumber, z.int('must be a number from 0 to 65535').min(0).max(65_535))
    .default(8080)
    .describe('Port to listen on; 0 picks a free one.'),
  public_url: z
    .string()
    .refine(isPublicUrl, 'must be https://host, with a path or none and no slash at its end')
    .optional()
    .describe('Where clients reach the gateway; the AuthZEN metadata are built from it, and from no header.'),
  audit_file: z.string().min(1).default('audit/events.jsonl').describe('The audit log.'),
  data_dir: z.string().min(1).default('data').describe('Where the store and the keys live.'),
  policy_dir: z
    .string()
    .min(1)
    .default('policies')
    .describe('Policies with their layers, capabilities, agents, budgets and trust.'),
  store_url: z
    .string()
    .regex(/^sqlite:.+/, 'must be sqlite:<file>')
    .optional()
    .describe('The store; default sqlite:<data_dir>/aisecops.db.'),
  admin_token: z
    .string()
    .min(16, 'must have at least 16 characters')
    .optional()
    .describe('Bootstrap token of role admin. Without it the first start on loopback prints one.'),
  log_level: z.enum(LOG_LEVELS).default('info').describe('Level of the process log on standard output.'),
  signing_key_file: z
    .string()
    .min(1)
    .optional()
    .describe('Keys for permits and checkpoints; default <data_dir>/signing-keys.json.'),
  segment_bytes: z.coerce
    .number()
    .int('must be a whole number')
    .min(1_048_576, 'must be at least 1048576')
    .default(1_073_741_824)
    .describe('Bytes of the audit log after which a file is closed and the next one begun.'),
  retention_days: z
    .preprocess(portNumber, z.int('must be a whole number of days').min(1, 'must be at least 1').max(36_500))
    .optional()
    .describe('Days after which segments of the audit log are purged, unless held; without it all are kept.'),
  retention_allow_short: flag.default(false).describe(`Allow retention_days below ${FLOOR_DAYS}.`),
  checkpoint_copy: z
    .string()
    .min(1)
    .optional()
    .describe('A file on another volume to which each checkpoint of the log is added as well.'),
  record_texts: flag
    .default(false)
    .describe('Record prompts and source contents (redacted) in the audit log; otherwise only their hashes.'),
  redact_fields: z
    .preprocess(
      (value) => (typeof value === 'string' ? value.split(',').map((name) => name.trim()) : value),
      z.array(z.string().min(1).max(200)).max(1000),
    )
    .default([])
    .describe(
      'Names of JSON members whose value, where it came from outside, is never written to the log, whatever it is; of password, token and their like no text ever is.',
    ),
  approved_bundle: z
    .string()
    .regex(/^sha256:[0-9a-f]{64}$/, 'must be the version of a bundle: sha256: and 64 hex digits')
    .optional()
    .describe('The bundle that should be active; another one is drift (`GET /drift`).'),
  policy_keys: z
    .preprocess(
      (value) => (typeof value === 'string' ? value.split(',').map((key) => key.trim()) : value),
      z.array(z.string().min(1).max(4096)).max(100),
    )
    .default([])
    .describe(
      'Ed25519 public keys, each `ed25519:` and base64 or a file (PEM or JWK); with any, only policies that one of them signed are used.',
    ),
  policy_activation_approvals: z
    .preprocess(portNumber, z.int('must be a whole number').min(1, 'must be at least 1').max(5))
    .default(1)
    .describe('People that an activation of policies takes, whoever asks for it among them.'),
  inspection_threads: z
    .preprocess(portNumber, z.int('must be a whole number').min(1, 'must be at least 1').max(16))
    .default(1)
    .describe('Threads for the inspection of large texts; none is started before it is needed.'),
  watch_policies: flag.default(true).describe('Reload policy_dir when its files change.'),
  sinks: z
    .preprocess((value) => (typeof value === 'string' ? yamlIn(value) : value), sinksSchema)
    .default([])
    .describe('Where the events of the log are sent as well; see docs/sinks.md.'),
  classifier: z
    .preprocess((value) => (typeof value === 'string' ? yamlIn(value) : value), classifierSchema)
    .optional()
    .describe('A model that is asked about the texts of plans; without it none is. See docs/classifier.md.'),
});

export type Config = z.infer<typeof configSchema>;

/** A setting that cannot be used. The process says so and exits with 78 (EX_CONFIG). */
export class ConfigError extends Error {
  readonly code = 'invalid_config';
}

type Sources = {
  argv: readonly string[];
  env: Readonly<Record<string, string | undefined>>;
  directory: string;
};

/** Reads the configuration: flag > environment > `aisecops.yaml` > default. Throws `ConfigError` naming the setting. */
export function readConfig({ argv, env, directory }: Sources): Config {
  const names = Object.keys(configSchema.shape);
  const merged = { ...fromFile(directory), ...fromEnvironment(env, names), ...fromFlags(argv, names) };
  const result = configSchema.safeParse(merged);
  if (result.success) return checkRetention(checkExposure(result.data));
  const issue = result.error.issues[0];
  const unknown = issue?.code === 'unrecognized_keys' ? issue.keys : [];
  const [name, ...inside] = [...(issue?.path ?? []), ...unknown.slice(0, 1)].map(String);
  const place = inside.length === 0 ? '' : `${inside.join('.')}: `;
  const message = unknown.length > 0 ? 'is not a setting' : issue?.message;
  throw new ConfigError(`${name} (AISECOPS_${name?.toUpperCase()}): ${place}${message}`);
}

/** The process's own settings. */
export function readProcessConfig(): Config {
  return readConfig({ argv: process.argv.slice(2), env: process.env, directory: process.cwd() });
}

/** The sinks with their secrets, each read from where the configuration says. Throws `ConfigError` naming the sink. */
export function sinkTargets(sinks: readonly SinkConfig[]): SinkTarget[] {
  return sinks.map((sink) => ({ sink, secrets: secretsOf(sink) }));
}

function secretsOf(sink: SinkConfig): SinkSecrets {
  if (sink.kind === 'syslog') return {};
  const authorization = readSecret(`sinks: ${sink.name}`, 'authorization', sink);
  const keys =
    sink.kind === 'webhook' ? webhookKeys(readSecret(`sinks: ${sink.name}`, 'secret', sink) ?? '') : [];
  if (keys === undefined) {
    throw new ConfigError(`sinks: ${sink.name}: the secret must be whsec_ and base64 of 24 to 64 bytes`);
  }
  assertHeader(`sinks: ${sink.name}`, authorization);
  return { keys, ...(authorization === undefined ? {} : { authorization }) };
}

/** The value of the header Authorization for the classifier, where one is configured. Throws `ConfigError`. */
export function classifierAuthorization(classifier: NonNullable<Config['classifier']>): string | undefined {
  const authorization = readSecret('classifier', 'authorization', classifier);
  assertHeader('classifier', authorization);
  return authorization;
}

function assertHeader(place: string, authorization: string | undefined): void {
  if (authorization === undefined || /^[\x20-\x7e]+$/.test(authorization)) return;
  throw new ConfigError(`${place}: the authorization must be one line of visible ASCII`);
}

/** A secret from the variable or the file that `<kind>_env` or `<kind>_file` names; its own text is in no message. */
function readSecret(place: string, kind: 'secret' | 'authorization', from: object): string | undefined {
  const { [`${kind}_env`]: variable, [`${kind}_file`]: file } = from as Record<string, string | undefined>;
  if (variable !== undefined) {
    const value = process.env[variable]?.trim();
    if (value) return value;
    throw new ConfigError(`${place}: ${kind}_env: the environment has no ${variable}`);
  }
  if (file === undefined) return undefined;
  try {
    return readFileSync(resolve(file), 'utf8').trim();
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new ConfigError(`${place}: ${kind}_file cannot be read: ${why}`);
  }
}

const LOOPBACK = /^(127(\.\d{1,3}){3}|::1|\[::1\]|localhost)$/;

export function isLoopback(host: string): boolean {
  return LOOPBACK.test(host);
}

function checkExposure(config: Config): Config {
  if (isLoopback(config.host) || config.admin_token !== undefined) return config;
  throw new ConfigError(
    `host (AISECOPS_HOST): ${config.host} is reachable from other machines; set AISECOPS_ADMIN_TOKEN first`,
  );
}

function checkRetention(config: Config): Config {
  const { retention_days: days, retention_allow_short: isShortAllowed } = config;
  if (days === undefined || days >= FLOOR_DAYS || isShortAllowed) return config;
  throw new ConfigError(
    `retention_days (AISECOPS_RETENTION_DAYS): ${days} is less than ${FLOOR_DAYS}; if that is meant, set retention_allow_short`,
  );
}

function fromFile(directory: string): Record<string, unknown> {
  const file = resolve(directory, 'aisecops.yaml');
  if (!existsSync(file)) return {};
  try {
    const value = load(readFileSync(file, 'utf8'));
    if (value === null || value === undefined) return {};
    if (typeof value === 'object' && !Array.isArray(value)) return value as Record<string, unknown>;
  } catch (cause) {
    throw new ConfigError(`aisecops.yaml: ${cause instanceof Error ? cause.message : String(cause)}`);
  }
  throw new ConfigError('aisecops.yaml: must be a mapping of settings');
}

/** Every variable of our prefix must be a setting: a mistyped one would silently leave the default in force. */
function fromEnvironment(env: Sources['env'], names: readonly string[]): Record<string, string> {
  const settings: Record<string, string> = {};
  for (const [variable, value] of Object.entries(env)) {
    if (!variable.startsWith('AISECOPS_') || value === undefined) continue;
    const name = variable.slice('AISECOPS_'.length).toLowerCase();
    if (!names.includes(name)) throw new ConfigError(`${variable}: there is no setting of this name`);
    settings[name] = value;
  }
  return settings;
}

function fromFlags(argv: readonly string[], names: readonly string[]): Record<string, string> {
  const options = Object.fromEntries(names.map((name) => [flagName(name), { type: 'string' as const }]));
  try {
    const { values } = parseArgs({ args: [...argv], options, strict: true });
    return Object.fromEntries(
      Object.entries(values).map(([name, value]) => [name.replaceAll('-', '_'), String(value)]),
    );
  } catch (cause) {
    throw new ConfigError(cause instanceof Error ? cause.message : String(cause));
  }
}

function flagName(setting: string): string {
  return setting.replaceAll('_', '-');
}
