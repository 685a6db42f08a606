import { randomUUID } from 'node:crypto';
import { open, rename, rm } from 'node:fs/promises';

export type FileContent = {
  content: string | Uint8Array;
  mode: number;
  /** Gives the finished draft its name. Default: `rename`, which replaces what is there. */
  put?: (draft: string, path: string) => Promise<void>;
};

/**
 * Puts a file in its place in one step: after a crash there is the one before or this one, whole. The content is
 * durable when this resolves; its name is once `syncDirectory` has been called. A crash leaves at most a draft
 * `<path>.<uuid>.tmp` that nothing refers to.
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

/** Makes the names in a directory durable. */
export async function syncDirectory(directory: string): Promise<void> {
  const handle = await open(directory, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
