import { z } from 'zod';
import { type SourceType, TRUST_LEVELS } from '../plan/trust-level.ts';
import { keysOf, sourceKey, trustSourceSchema } from './trust-source.ts';

const trustLevel = z.enum(TRUST_LEVELS);

/** What an unsigned source of each type can be worth at most, where nobody says otherwise. */
const CAPS = {
  user_prompt: trustLevel.default('trusted'),
  system_prompt: trustLevel.default('trusted'),
  skill: trustLevel.default('internal'),
  memory: trustLevel.default('internal'),
  agent_message: trustLevel.default('internal'),
  retrieval_chunk: trustLevel.default('external'),
  tool_output: trustLevel.default('external'),
} satisfies Record<SourceType, z.ZodType>;

/** `trust.yaml`: which sources are known and what they are worth, and the most an unknown one of each type can be. */
export const trustFileSchema = z.strictObject({
  sources: z.array(trustSourceSchema).max(100_000).default([]),
  defaults: z.strictObject(CAPS).prefault({}),
});
export type TrustFile = z.output<typeof trustFileSchema>;

/** What the schema cannot say of `trust.yaml`: sources that are described twice, and keys that a source has twice. */
export function trustFileIssues({ sources }: TrustFile): { pointer: string; message: string }[] {
  const seen = new Set<string>();
  return sources.flatMap((source, index) => {
    const issues: { pointer: string; message: string }[] = [];
    const { source_type, source_name, tenant_id } = source;
    const where = tenant_id === undefined ? '' : ` of tenant "${tenant_id}"`;
    if (seen.has(sourceKey(source))) {
      const message = `${source_type} "${source_name}"${where} is described twice`;
      issues.push({ pointer: `/sources/${index}/source_name`, message });
    }
    seen.add(sourceKey(source));
    const ids = keysOf(source).map(({ key_id }) => key_id);
    if (new Set(ids).size < ids.length)
      issues.push({
        pointer: `/sources/${index}`,
        message: `${source_type} "${source_name}" has one key twice`,
      });
    return issues;
  });
}
