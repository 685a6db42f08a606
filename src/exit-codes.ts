/** What a process says of its end, by the code of the error that ended it. 78 is EX_CONFIG of sysexits.h. */
const EXIT_CODES: Record<string, number> = {
  address_invalid: 78,
  invalid_config: 78,
  invalid_policy: 78,
  policy_key_invalid: 78,
  weak_admin_token: 78,
  signing_key_exposed: 78,
  signing_key_invalid: 78,
  store_foreign: 78,
  store_newer: 78,
  address_in_use: 75,
  audit_locked: 75,
  audit_damaged: 13,
  store_log_mismatch: 13,
  bundle_unreadable: 13,
  note_malformed: 13,
  note_forged: 13,
};

/** The exit code for an error that stops the process; 1 for one that is in no table. */
export function exitCodeOf(error: unknown): number {
  return EXIT_CODES[codeOf(error)] ?? 1;
}

/** One message for a person. Errors we know speak for themselves; any other is shown with its stack. */
export function messageOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const code = codeOf(error);
  // Codes of ours and of the operating system tell a person what to do. Anything else is a mistake in the program.
  const isExpected = code !== '' && !code.startsWith('ERR_');
  return isExpected ? error.message : (error.stack ?? error.message);
}

function codeOf(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  return typeof code === 'string' ? code : '';
}
