/** The answer that was given to the first request with a key. */
export type StoredAnswer = { body_hash: string; status: number; body: Uint8Array; created_at: string };

export type IdempotencyStore = {
  answer(scope: string, key: string): Promise<StoredAnswer | undefined>;
  /** Keeps an answer, in place of an older one of the same scope and key. */
  keepAnswer(scope: string, key: string, answer: StoredAnswer): Promise<void>;
  /** Deletes answers created before `before` (RFC 3339), at most `limit`; resolves with how many. */
  purgeAnswers(before: string, limit: number): Promise<number>;
};
