import { type DestinationStream, type Logger, pino } from 'pino';

export const LOG_LEVELS = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

/** Members that hold secrets wherever they turn up, one level deep or two. */
const SECRET_MEMBERS = ['authorization', 'token', 'admin_token', 'password', 'secret'];

/**
 * The process log: one JSON object a line with `level`, `time` (RFC 3339, UTC) and `msg`. Secrets that reach it by
 * mistake are written as `[redacted]`. The audit log is another thing and nothing here goes there.
 */
export function createLogger(level: LogLevel, destination?: DestinationStream): Logger {
  const options = {
    level,
    base: { service: 'aisecops' },
    timestamp: pino.stdTimeFunctions.isoTime,
    formatters: { level: (label: string) => ({ level: label }) },
    redact: {
      paths: SECRET_MEMBERS.flatMap((name) => [name, `*.${name}`, `*.*.${name}`]),
      censor: '[redacted]',
    },
  };
  return destination === undefined ? pino(options) : pino(options, destination);
}
