/** The events that are asked for were purged. The message is for the caller. */
export class PurgedError extends Error {
  readonly code = 'events_purged';
}
