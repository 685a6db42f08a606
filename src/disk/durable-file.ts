import { randomUUID } from 'node:crypto';
import { open, readdir, rename, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { ifThere } from './if-there.ts';

export type FileContent = {
  content: string | Uint8Array;
  mode: number;
  /** Gives the finished draft its name. Default: `rename`, which replaces what is there. */
  put?: (draft: string, path: string) => Promise<void>;
};

/**
 * Puts a file in its place in one step: after a crash there is the one before or this one, whole. The content is
 * durable when this resolves; its name is once `syncDirectory` has been called. A crash leaves at most a draft
 * `<path>.<uuid>.tmp` that nothing refers to; `removeDrafts` takes it away.
 */
export async function replaceFile(path: string, { content, mode, put = rename }: FileContent): Promise<void> {
  const draft = `${path}.${randomUUID()}.tmp`;
  try {
    const handle = await open(draft, 'wx', mode);
    try {
      await handle.writeFile(content);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await put(draft, path);
  } finally {
    await rm(draft, { force: true });
  }
}

const DRAFT_END = /^\.[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\.tmp$/;

/**
 * Takes away what crashes have left of replacing a file: drafts of exactly this path. Nobody else MUST be replacing it
 * meanwhile.
 */
export async function removeDrafts(path: string): Promise<void> {
  const [directory, name] = [dirname(path), basename(path)];
  const names = (await ifThere(readdir(directory))) ?? [];
  const drafts = names.filter((one) => one.startsWith(name) && DRAFT_END.test(one.slice(name.length)));
  for (const draft of drafts) await rm(join(directory, draft), { force: true });
  if (drafts.length > 0) await syncDirectory(directory);
}

/** Makes the names in a directory durable. */
export async function syncDirectory(directory: string): Promise<void> {
  const handle = await open(directory, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
