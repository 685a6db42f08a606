import type { Example } from '../operation.ts';

const PUBLIC_KEY = 'ed25519:11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=';
const NEXT_KEY = 'ed25519:PUAXw+hDiVqStwqnTRt+vJyYLM8uxJaMwM1V8Sr0Zgw=';

export const TRUST_SOURCE_EXAMPLES: Readonly<Record<string, Example>> = {
  signed_skill: {
    summary: 'A skill that signs what it says',
    value: {
      source_type: 'skill',
      source_name: 'travel_skill',
      tenant_id: 'acme-corp',
      trust_level: 'internal',
      public_keys: [{ public_key: PUBLIC_KEY }],
    },
  },
  bad_key: {
    summary: 'A key that is none is refused',
    value: { source_type: 'skill', source_name: 'x', trust_level: 'internal', public_key: 'MCowBQYDK2Vw' },
    status: 400,
  },
};

export const TRUST_SOURCE_PATCH_EXAMPLES: Readonly<Record<string, Example>> = {
  lower: { summary: 'It is worth less from now on', value: { trust_level: 'external' } },
};

export const TRUST_KEY_EXAMPLES: Readonly<Record<string, Example>> = {
  next: { summary: 'The key that takes over', value: { public_key: NEXT_KEY } },
};

export const SOURCE = {
  source_id: 'src-ff7d4624f88a6f768198e0bfaf03bc5b',
  source_type: 'skill',
  source_name: 'travel_skill',
  tenant_id: 'acme-corp',
  trust_level: 'internal',
  status: 'active',
  public_keys: [
    { public_key: PUBLIC_KEY, status: 'active', key_id: 'ed25519:21fe31dfa154a261626bf854046fd227' },
  ],
  origin: 'api',
} as const;
