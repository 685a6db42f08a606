import { z } from 'zod';
import { parseSearch, SearchQueryError } from '../../replay/search/search-query.ts';

/** A search by words, for lists of what is in the log. */
export function searchQuery(subject: string, holder: string) {
  return {
    q: z
      .string()
      .max(256)
      .superRefine((text, context) => {
        const message = faultOf(text);
        if (message !== undefined) context.addIssue({ code: 'custom', message });
      })
      .exactOptional()
      .meta({
        description: `Words, "phrases in quotes" and beginnings*. All are needed: ${subject} is found where ${holder} has them.`,
      }),
  };
}

function faultOf(text: string): string | undefined {
  try {
    parseSearch(text);
    return undefined;
  } catch (error) {
    if (error instanceof SearchQueryError) return error.message;
    throw error;
  }
}

/** How far a search with `q` reached: words are gathered a little later than events are recorded. */
export const searchReach = {
  searched_through: z.int().optional().meta({
    description:
      'With `q`: the sequence of the newest event that was searched; over several logs, in the gateway’s own.',
  }),
  not_searched: z.int().optional().meta({
    description: 'With `q`: newer events, of all logs, not searched yet. Ask again where this is not 0.',
  }),
};
