/** A block, as the default bundle decides it. */
export const BLOCKED = {
  trace_id: 'run-123',
  execution_plan_id: 'plan-8f42',
  plan_hash: 'sha256:9f5399a05ec298faf6e0299793e066ed1dd3c64a56c41f744fa0e8083a65a19d',
  mode: 'enforce',
  decision: 'block',
  reason: 'recipient_not_allowlisted',
  control: 'policy',
  explanation: {
    summary:
      'Blocked by policy: agent-finance-01 wants to run send_email. Instructions from outside may not send e-mail to a recipient outside acme.example.',
    risk_score: 75,
    risk_level: 'high',
    factors: [
      { name: 'unverified_provenance', weight: 30, detail: 'the least trusted source is unverified' },
      { name: 'policy_objected', weight: 20, detail: 'policy says block: recipient_not_allowlisted' },
      { name: 'sensitivity', weight: 20, detail: 'a step is marked high' },
      { name: 'capability_risk', weight: 5, detail: 'capability cap_notification_ops is of medium risk' },
    ],
    origin: { source_type: 'skill', source_name: 'untrusted_openclaw_skill', trust_level: 'unverified' },
    remedy:
      'Change the plan so that rule external_email_recipients.untrusted of bundle production no longer matches, or have its owner change it.',
    references: ['OWASP-ASI02', 'OWASP-ASI04', 'OWASP-LLM03', 'OWASP-LLM06'],
  },
  stages: [
    { stage: 'identity', decision: 'allow', reason: 'agent_verified', duration_us: 70 },
    { stage: 'local_enforcement', decision: 'allow', reason: 'content_clean', duration_us: 10 },
    { stage: 'capability', decision: 'allow', reason: 'capability_granted', duration_us: 41 },
    { stage: 'policy', decision: 'block', reason: 'recipient_not_allowlisted', duration_us: 159 },
    { stage: 'budget', decision: 'skip', reason: 'stage_skipped', duration_us: 2 },
    { stage: 'approval', decision: 'skip', reason: 'stage_skipped', duration_us: 1 },
  ],
  steps: [
    {
      step_id: 's1',
      tool_name: 'send_email',
      decision: 'block',
      reason: 'recipient_not_allowlisted',
      control: 'policy',
      capability: 'cap_notification_ops',
      lowest_trust: 'unverified',
      matched_rules: [
        {
          id: 'external_email_recipients.untrusted',
          hash: 'sha256:5591ea50d0b452d0b4adce6e53bf4fad90c235f1c5cc9bd1d7fb5d9a0450b0cf',
          effect: 'block',
          reason: 'recipient_not_allowlisted',
          message: 'Instructions from outside may not send e-mail to a recipient outside acme.example.',
        },
        {
          id: 'untrusted_instructions',
          hash: 'sha256:0961d32207278bd7c664651b476d423d51eafaff6c0173c1f056f178326fd323',
          effect: 'block',
          reason: 'untrusted_instructions',
          message: 'Instructions from outside, or of unknown origin, may not send, pay or change services.',
        },
        {
          id: 'external_email_recipients',
          hash: 'sha256:b2b6b5c44064ef4141c621de03803c3be25e94c9d4e594f591c3f15a9190a0c1',
          effect: 'require_approval',
          reason: 'recipient_not_allowlisted',
          message: 'A recipient is outside acme.example, so a person has to agree.',
        },
      ],
      obligations: [],
    },
  ],
  bundle: {
    name: 'production',
    version: 'sha256:adfd18f029a7a7530497686e1b5ad6ae1aa1ad355b62971d8cf93f91857022ff',
  },
  audit: {
    log: 'aisecops-interceptor/6762ae5b',
    sequence: 13,
    hash: 'sha256:2be2345e39a16bbaf2515642de25b5872547cc3f9c48b9fc38aa79d7b834f76b',
    first_event_id: '01a21081-155a-7000-98a0-415f7b1ac56c',
    last_event_id: '01a21081-155a-7007-bfa9-4821fe6ae4be',
  },
  budget: [
    {
      budget_id: 'q4-finance',
      metric: 'usd',
      limit: 10,
      used: 0,
      reserved: 0,
      window_ends_at: '2026-11-26T00:00:00.000Z',
    },
  ],
};

export const EXPLAINED = {
  trace_id: 'run-01a21081-1563-79d1-abd6-ebd85353d513',
  execution_plan_id: 'plan-01a21081-1563-7ac3-9c3f-f1aea8fc9f49',
  plan_hash: 'sha256:7607c108dabe09e3f2909516290c15f9d5b013e9e4e9889640a9ea6b8032f767',
  mode: 'explain',
  decision: 'allow',
  reason: 'allowed',
  control: 'none',
  explanation: {
    summary: 'agent-finance-01 may run make_payment: every control allowed it.',
    risk_score: 15,
    risk_level: 'low',
    factors: [{ name: 'capability_risk', weight: 15, detail: 'capability cap_payments is of high risk' }],
    origin: { source_type: 'user_prompt', source_name: 'chat', trust_level: 'trusted' },
    remedy: 'Nothing: the plan may run.',
    references: [],
  },
  stages: [
    { stage: 'identity', decision: 'allow', reason: 'agent_verified', duration_us: 30 },
    { stage: 'local_enforcement', decision: 'allow', reason: 'content_clean', duration_us: 9 },
    { stage: 'capability', decision: 'allow', reason: 'capability_granted', duration_us: 27 },
    { stage: 'policy', decision: 'allow', reason: 'rule_matched', duration_us: 433 },
    { stage: 'budget', decision: 'allow', reason: 'within_budget', duration_us: 28 },
    { stage: 'approval', decision: 'allow', reason: 'approval_not_needed', duration_us: 13 },
  ],
  steps: [
    {
      step_id: 's1',
      tool_name: 'make_payment',
      decision: 'allow',
      reason: 'rule_matched',
      control: 'none',
      capability: 'cap_payments',
      lowest_trust: 'trusted',
      matched_rules: [
        {
          id: 'payment.small',
          hash: 'sha256:5bf2e8d75ceffa628c455cf0a82e119d9905131c1df520a6c4503c5292ec896d',
          effect: 'allow',
          reason: 'rule_matched',
        },
      ],
      obligations: [],
      considered: [
        {
          id: 'payment.cap',
          effect: 'block',
          mode: 'enforce',
          matched: false,
          detail: 'args./amount gt 10000: no, it is 250',
        },
        {
          id: 'payment.large',
          effect: 'require_approval',
          mode: 'enforce',
          matched: false,
          detail: 'args./amount gt 1000: no, it is 250',
        },
        {
          id: 'payment.small',
          effect: 'allow',
          mode: 'enforce',
          matched: true,
          detail: 'every condition holds',
        },
      ],
    },
  ],
  bundle: {
    name: 'production',
    version: 'sha256:adfd18f029a7a7530497686e1b5ad6ae1aa1ad355b62971d8cf93f91857022ff',
  },
  audit: {
    log: 'aisecops-interceptor/6762ae5b',
    sequence: 21,
    hash: 'sha256:dbed678d7bd5101358f3cf2416b3739d02199561d6b19c1079245bfec6e97a53',
    first_event_id: '01a21081-1564-7000-8d7a-158c42887091',
    last_event_id: '01a21081-1564-7007-bcb1-ad27fdc654f0',
  },
  budget: [
    {
      budget_id: 'q4-finance',
      metric: 'usd',
      limit: 10,
      used: 0,
      reserved: 0,
      window_ends_at: '2026-11-26T00:00:00.000Z',
    },
  ],
};

export const OUTCOME = {
  trace_id: 'run-01a21081-1572-70fb-9d5f-abb45bad8e39',
  execution_plan_id: 'plan-01a21081-1572-705a-92d7-92db60381a96',
  status: 'succeeded',
  settled: [{ budget_id: 'q4-finance', metric: 'usd', reserved: 0.02, actual: 0.01 }],
  findings: [],
  permit_consumed: true,
  mismatches: [],
  audit: {
    log: 'aisecops-interceptor/6762ae5b',
    sequence: 34,
    hash: 'sha256:4c329b2479a199cee394ccd0abd3a33e3ce5919a4588875d0382cf91cce55aca',
    first_event_id: '01a21081-1589-7000-bf09-95c9cb6b5056',
    last_event_id: '01a21081-1589-7003-b08c-7c2afdfa7a0f',
  },
};

export const PERMIT_VERDICT = {
  valid: true,
  claims: {
    iss: 'aisecops-interceptor/6762ae5b',
    aud: 'aisecops-executor',
    sub: 'agent-finance-01',
    jti: 'prm-01a21081-1573-78d1-9c0d-64f57bfac049',
    iat: 1795573224,
    nbf: 1795573224,
    exp: 1795573524,
    tenant_id: 'acme-corp',
    trace_id: 'run-01a21081-1572-70fb-9d5f-abb45bad8e39',
    execution_plan_id: 'plan-01a21081-1572-705a-92d7-92db60381a96',
    plan_hash: 'sha256:7607c108dabe09e3f2909516290c15f9d5b013e9e4e9889640a9ea6b8032f767',
    bundle_version: 'sha256:adfd18f029a7a7530497686e1b5ad6ae1aa1ad355b62971d8cf93f91857022ff',
    steps: [
      {
        step_id: 's1',
        tool_name: 'make_payment',
        arguments_hash: 'sha256:c456e0e3c3da0011a63e80edfe007baba994ee8572cfd1521f0ab652f4347fa6',
      },
    ],
  },
};

export const JWKS = {
  keys: [
    {
      kty: 'OKP',
      crv: 'Ed25519',
      x: '2hHdvPlCZTJyYB7eJUVhVLGDp8O4XoGpBOmDjXMQYiw',
      kid: 'POahKwPNNHt4WBTSSEScUWD48OF__fMAvAM92Xwo3tM',
      alg: 'EdDSA',
      use: 'sig',
    },
  ],
};
