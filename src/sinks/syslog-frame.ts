import type { AuditEvent } from '../audit/event.ts';
import { APP_NAME } from './formats/product.ts';
import { severityOf } from './formats/severity.ts';

/** Numbers of RFC 5424: notice for what is normal but worth a look, error for what is wrong with the record itself. */
const SEVERITIES = { informational: 6, low: 5, medium: 4, high: 3 } as const;
const MAX_HOST_LENGTH = 255;
const MAX_PROCESS_LENGTH = 128;
const MAX_MESSAGE_ID_LENGTH = 32;

/** `process`: the log of another process, of which the event is. */
type Framing = { text: string; facility: number; host: string; process?: string };

/**
 * One message of RFC 5424, framed by its number of bytes as RFC 6587 says: nothing inside a message can end it. The
 * text is UTF-8 without a byte order mark.
 */
export function syslogFrame(event: AuditEvent, { text, facility, host, process = '' }: Framing): Buffer {
  const priority = facility * 8 + SEVERITIES[severityOf(event)];
  const messageId = event.event_type.slice(0, MAX_MESSAGE_ID_LENGTH);
  const header = `<${priority}>1 ${event.timestamp} ${visible(host)} ${APP_NAME} ${visible(process, MAX_PROCESS_LENGTH)} ${messageId} -`;
  const message = Buffer.from(`${header} ${text}`);
  return Buffer.concat([Buffer.from(`${message.length} `), message]);
}

/** A name as the header can hold it; `-` stands for none. */
function visible(name: string, length = MAX_HOST_LENGTH): string {
  const text = name.replaceAll(/[^\x21-\x7e]/g, '').slice(0, length);
  return text === '' ? '-' : text;
}
