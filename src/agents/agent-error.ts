export type AgentErrorCode =
  | 'agent_not_found'
  | 'agent_exists'
  | 'agent_read_only'
  | 'agent_state_conflict'
  | 'invalid_agent'
  | 'invalid_cursor';

/** A change or a question about an agent that cannot be met. The message is for the caller. */
export class AgentError extends Error {
  readonly code: AgentErrorCode;

  constructor(code: AgentErrorCode, message: string) {
    super(message);
    this.code = code;
  }
}
