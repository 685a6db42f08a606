import type { Gateway } from '../../gateway/gateway.ts';
import { PERMIT_EXAMPLES } from '../examples/governance.ts';
import { json, type Operation, operation, publicOperation } from '../operation.ts';
import { jwksSchema, permitAnswerSchema, permitInputSchema } from '../schemas/permit.ts';

export function permitOperations(gateway: Gateway): Operation[] {
  return [
    operation({
      route: 'POST /permits/verify',
      operationId: 'verifyPermit',
      tag: 'permits',
      summary: 'Verify a permit',
      description:
        'For executors that would rather ask than verify the signature themselves. 200 whether it is valid or not; a consumed permit is not. Of a permit with `max_uses` every answer that it is valid counts as a use, unless `use` is false; any other is not changed.',
      body: { check: permitInputSchema, examples: PERMIT_EXAMPLES },
      answers: {
        200: { description: 'Whether the permit is valid, and what it permits.', schema: permitAnswerSchema },
      },
      problems: ['audit_unavailable'],
      handle: async ({ body, caller }) => {
        const { tenant_id } = caller;
        const { permit, use = true } = body;
        return json(await gateway.permits.verify(permit, { tenant_id, use }));
      },
    }),
    publicOperation({
      route: 'GET /.well-known/jwks.json',
      operationId: 'jwks',
      tag: 'permits',
      summary: 'Public keys of permits',
      description: 'JSON Web Key Set (RFC 7517): the Ed25519 keys that permits are signed with.',
      answers: { 200: { description: 'The keys.', schema: jwksSchema } },
      problems: [],
      handle: () => json(gateway.permits.jwks()),
    }),
  ];
}
