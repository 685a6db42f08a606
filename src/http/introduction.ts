/** The first page of the documentation: what a newcomer does first. */
export const INTRODUCTION = `Every plan an AI agent wants to run is decided here before it runs: **allow**, **block** or **require_approval**,
with the reason, the control that decided, and an audit event already on disk when the answer arrives.

### Three steps

1. **Authorize.** The first start of the gateway prints an admin token once. Press *Authorize*, paste it, close the dialog.
2. **Decide.** Open *POST /evaluate*, press *Execute*. Choose other examples to see a block, an approval, a dry run.
   The answer is 200 whatever the verdict: read \`decision\`, \`reason\` and \`explanation\`.
3. **Look back.** Copy \`trace_id\` from the answer into *GET /replay/{trace_id}*: every stage is there, in order, as it was recorded.

### What holds everywhere

- Errors are \`application/problem+json\`; programs look at \`code\`, which is stable (docs/errors.md).
- Lists page by \`limit\` and \`cursor\`; \`next_cursor\` is absent on the last page. An unknown query parameter is 400.
- POSTs that create or consume take an \`Idempotency-Key\`.
- What another tenant owns answers 404, as if it were not there.
- Fields may be added to answers at any time; requests with unknown fields are refused, save by AuthZEN.`;

/** The groups of the documentation, in its order. */
export const TAGS = [
  { name: 'decisions', description: 'Hand in a plan, get one explained decision; report what came of it.' },
  { name: 'guard', description: 'What a text carries: marks of an attack, secrets.' },
  { name: 'permits', description: 'Signed, single-use rights to run one approved plan.' },
  { name: 'authzen', description: 'OpenID AuthZEN Authorization API 1.0, over the same decisions.' },
  { name: 'approvals', description: 'A person decides on exactly one plan.' },
  { name: 'replay', description: 'What happened, read back from the log.' },
  { name: 'audit', description: 'The events themselves.' },
  { name: 'agents', description: 'Who may act, and their keys.' },
  { name: 'tokens', description: 'Who may call this API.' },
  { name: 'trust', description: 'Sources of instructions that somebody vouches for, and their keys.' },
  { name: 'policy', description: 'The active bundle: rules, capabilities, budgets.' },
  { name: 'process', description: 'Health and figures of this process.' },
];
