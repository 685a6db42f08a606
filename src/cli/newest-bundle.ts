import type { AuditEvent } from '../audit/event.ts';
import { type LogFile, logFiles } from '../audit/log-files.ts';
import { LogReader } from '../audit/log-reader.ts';
import { type BundleArchive, isVersion } from '../bundles/bundle-archive.ts';
import type { JsonObject } from '../json/value.ts';
import { UsageError } from './command.ts';

/** Longer than any line of a log. */
const CHUNK_BYTES = 1024 * 1024;

/** The bundle that the last event which names one was written under; nothing where no event does. Throws as `keptBundle`. */
export async function newestBundle(file: string, archive: BundleArchive): Promise<JsonObject | undefined> {
  for (const part of (await logFiles(file)).toReversed()) {
    for await (const lines of linesBackwards(new LogReader(file), part)) {
      const version = lastVersionIn(lines);
      if (version !== undefined) return keptBundle(archive, version);
    }
  }
  return undefined;
}

/**
 * The content of a bundle that the log names. Throws `UsageError` where the archive does not hold it: to decide under less
 * than was recorded would answer another question.
 */
export async function keptBundle(archive: BundleArchive, version: string): Promise<JsonObject> {
  const content = await archive.read(version);
  if (content !== undefined) return content;
  throw new UsageError(
    `bundle ${version}, which the log names, is not beside it, or was changed: restore the directory policies/ beside the log, or put a capabilities.yaml beside the rules`,
  );
}

/** The bytes of a file of the log from its end on, always whole lines. */
async function* linesBackwards(reader: LogReader, { offset, size }: LogFile): AsyncGenerator<Buffer, void> {
  let end = offset + size;
  while (end > offset) {
    const chunk = await reader.readBefore(end, CHUNK_BYTES);
    // The first line of a chunk may be cut; it comes with the next one.
    const cut = end - chunk.length > offset ? chunk.indexOf(10) + 1 : 0;
    yield chunk.subarray(cut);
    if (cut === chunk.length) return;
    end -= chunk.length - cut;
  }
}

function lastVersionIn(lines: Buffer): string | undefined {
  let end = lines.length;
  while (end > 0) {
    const start = lines.lastIndexOf(10, end - 1) + 1;
    const version = versionIn(lines.toString('utf8', start, end));
    if (version !== undefined) return version;
    end = start - 1;
  }
  return undefined;
}

/** A payload may hold a member of the same name. */
function versionIn(line: string): string | undefined {
  if (!line.includes('"policy_bundle":"')) return undefined;
  try {
    const { policy_bundle: version } = JSON.parse(line) as AuditEvent;
    return version !== undefined && isVersion(version) ? version : undefined;
  } catch {
    return undefined;
  }
}
