import { z } from 'zod';
import { planSchema, shorthandSchema } from '../../plan/schema.ts';

/** What may be handed in for a decision. Documentation alone: the gateway checks a submission itself, once. */
export const submissionSchema = z.union([planSchema, shorthandSchema]);
