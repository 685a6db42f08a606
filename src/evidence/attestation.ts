import { type KeyObject, sign, verify } from 'node:crypto';
import { z } from 'zod';
import { canonicalJson } from '../json/canonical.ts';

export const PAYLOAD_TYPE = 'application/vnd.in-toto+json';
export const STATEMENT_TYPE = 'https://in-toto.io/Statement/v1';
/** What kind of statement it is: docs/evidence-format.md says what its predicate holds. */
export const PREDICATE_TYPE = 'urn:aisecops:evidence:v1';

export type Subject = { name: string; digest: { sha256: string } };

/** An in-toto Statement about the files of a bundle. */
export type Statement = {
  _type: typeof STATEMENT_TYPE;
  subject: Subject[];
  predicateType: typeof PREDICATE_TYPE;
  /** The subject as the manifest has it, and the log it is from. */
  predicate: { kind: string; origin?: string; [member: string]: unknown };
};

/** A DSSE envelope (github.com/secure-systems-lab/dsse). */
export type Envelope = {
  payloadType: string;
  payload: string;
  signatures: { keyid: string; sig: string }[];
};

const envelopeSchema = z.object({
  payloadType: z.string(),
  payload: z.base64(),
  signatures: z.array(z.object({ keyid: z.string(), sig: z.base64() })).max(100),
});

const statementSchema = z.object({
  _type: z.literal(STATEMENT_TYPE),
  subject: z.array(z.object({ name: z.string(), digest: z.object({ sha256: z.string() }) })),
  predicateType: z.literal(PREDICATE_TYPE),
  predicate: z.looseObject({ kind: z.string() }),
});

/** Who signs: the private Ed25519 key and its name. */
export type Attester = { kid: string; privateKey: KeyObject };

/** The envelope around a statement; without a signer it is signed by nobody, and says so. */
export function attest(statement: Statement, attester: Attester | undefined): Envelope {
  const body = Buffer.from(canonicalJson(statement), 'utf8');
  const signatures =
    attester === undefined
      ? []
      : [
          {
            keyid: attester.kid,
            sig: sign(null, encoded(PAYLOAD_TYPE, body), attester.privateKey).toString('base64'),
          },
        ];
  return { payloadType: PAYLOAD_TYPE, payload: body.toString('base64'), signatures };
}

export type Attested =
  | { statement: Statement; signedBy: string | undefined; signatures: number; problem?: never }
  | { problem: string; statement?: never };

/**
 * Reads an envelope. The signature is checked over the bytes before they are read; `signedBy` is the name of the key
 * among `keys` that has signed, `signatures` how many there are at all. A key's name is a hint and no proof: every key
 * is tried.
 */
export function readAttestation(
  text: string,
  keys: readonly { kid: string; publicKey: KeyObject }[],
): Attested {
  const envelope = envelopeSchema.safeParse(jsonOf(text));
  if (!envelope.success) return { problem: 'it is no DSSE envelope' };
  const { payloadType, payload, signatures } = envelope.data;
  if (payloadType !== PAYLOAD_TYPE) return { problem: `its payload is ${payloadType}, not ${PAYLOAD_TYPE}` };
  const body = Buffer.from(payload, 'base64');
  const message = encoded(payloadType, body);
  const signer = keys.find(({ publicKey }) =>
    signatures.some(({ sig }) => verify(null, message, publicKey, Buffer.from(sig, 'base64'))),
  );
  const statement = statementSchema.safeParse(jsonOf(body.toString('utf8')));
  if (!statement.success) return { problem: 'its payload is no statement about evidence' };
  return {
    statement: statement.data as Statement,
    signedBy: signer?.kid,
    signatures: signatures.length,
  };
}

/** DSSE's pre-authentication encoding: type and body with their lengths, so that neither can pass for the other. */
function encoded(type: string, body: Buffer): Buffer {
  const head = `DSSEv1 ${Buffer.byteLength(type)} ${type} ${body.length} `;
  return Buffer.concat([Buffer.from(head, 'utf8'), body]);
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
