import { z } from 'zod';
import { signatureSchema } from '../../bundles/manifest.ts';
import { ACTIVATION_SOURCES, REQUEST_STATUSES } from '../../versions/records.ts';
import { bundleChangesSchema } from './bundle-changes.ts';
import { page, time } from './paging.ts';
import { fileProblemSchema, policyTextsSchema, warningsShape } from './policy.ts';

const note = z.string().trim().min(1).max(1000).exactOptional().meta({ description: 'Why, for the record.' });
const source = z.enum(ACTIVATION_SOURCES);

export const publishInputSchema = z.strictObject({
  files: policyTextsSchema.meta({
    description:
      'Texts by file name; `null` takes a file out. Files left out are taken from the active set, unless `complete`.',
  }),
  note,
  complete: z.boolean().exactOptional().meta({
    description: 'These are all files: the new set has no others.',
  }),
  signature: z
    .union([signatureSchema, z.array(signatureSchema).min(1).max(16)])
    .exactOptional()
    .meta({
      description:
        'Over the manifest of all files of the new set; needed where `policy_keys` are configured.',
    }),
});

export const activateInputSchema = z.strictObject({
  at: time
    .exactOptional()
    .meta({ description: 'When (RFC 3339, within 366 days). Left out: as soon as it may.' }),
  note,
});

export const rollbackInputSchema = z.strictObject({
  version: z.string().min(1).max(256).exactOptional().meta({
    description:
      'A version or a `files_hash` that was active before. Left out: the set before the active one.',
  }),
  note,
});

export const wordInputSchema = z.strictObject({ note });

const versionShape = {
  name: z.string(),
  version: z.string(),
  files_hash: z.string().meta({ description: 'Of all files; `version` is of policies and capabilities.' }),
  rule_count: z.int(),
  capability_count: z.int(),
  signed_by: z.string().optional().meta({ description: 'The key that signed the files.' }),
};
const versionSchema = z.strictObject(versionShape);

const changesNow = bundleChangesSchema
  .optional()
  .meta({ description: 'Against what is active; after an activation, against what was before it.' });

export const publicationSchema = z.strictObject({
  ...versionShape,
  published_at: z.string(),
  published_by: z.string(),
  note: z.string().optional(),
  changes: changesNow,
});

const personSchema = z.strictObject({ name: z.string(), token_id: z.string().optional() });

export const activationSchema = z.strictObject({
  activation_id: z.string(),
  status: z.enum(REQUEST_STATUSES),
  version: versionSchema,
  source,
  requested_by: personSchema,
  requested_at: z.string(),
  note: z.string().optional(),
  required: z.int().meta({ description: 'People it takes, whoever asks among them.' }),
  confirmed_by: z.array(personSchema.extend({ at: z.string(), note: z.string().optional() })),
  at: z.string().optional().meta({ description: 'When it is to become active.' }),
  expires_at: z.string().meta({ description: 'Until when it may be confirmed.' }),
  closed: z
    .strictObject({ at: z.string(), by: z.string().optional(), reason: z.string().optional() })
    .optional(),
  directory_hash: z.string().optional(),
});

/** What is answered to whoever asks for an activation, or stands behind one. */
export const activationAnswerSchema = activationSchema.extend({ changes: changesNow });

export const activationPageSchema = page('activations', activationSchema);

/** A set of files as a list shows it. */
export const bundleSummarySchema = z.strictObject({
  ...versionShape,
  active: z.boolean(),
  published_at: z.string().optional(),
  published_by: z.string().optional(),
  note: z.string().optional(),
  activated_at: z.string().optional().meta({ description: 'Last.' }),
  activated_by: z.string().optional(),
  source: source.optional(),
  waiting: z.array(activationSchema).meta({ description: 'Activations of it that wait.' }),
});

export const bundleListSchema = z.strictObject({
  policies: z.array(bundleSummarySchema).meta({ description: 'The active one, then newest first.' }),
  next_cursor: z.string().optional().meta({ description: 'Absent on the last page.' }),
  ...warningsShape,
  directory: z.strictObject({ files_hash: z.string(), is_active: z.boolean() }).meta({
    description:
      'The policy directory as it was last read, and whether it can be used and decisions are made under exactly its files.',
  }),
  stale: z
    .strictObject({ since: z.string(), problems: z.array(fileProblemSchema) })
    .optional()
    .meta({
      description: 'Set while the files on disk cannot be used and the last good bundle stays active.',
    }),
});

/** One that was active before versions were kept has its content alone. */
export const bundleSchema = bundleSummarySchema.partial().extend({
  version: z.string(),
  content: z.unknown().meta({ description: 'The canonical content; `version` is its SHA-256.' }),
  files: z.record(z.string(), z.string()).optional().meta({
    description: 'The SHA-256 of each file of the set; `files_hash` is that of their canonical JSON.',
  }),
  other_sets: z
    .array(z.string())
    .meta({ description: 'Other sets of files with this version, by `files_hash`.' }),
  omitted: z.int().optional().meta({
    description: 'Rules and tests of other tenants that the content is shown without; absent: it is whole.',
  }),
});
