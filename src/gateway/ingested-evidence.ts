import { EvidenceMaker } from '../evidence/evidence-maker.ts';
import type { EvidenceData } from '../evidence/evidence-thread.ts';
import { createExports, type ExportSources, type Exports } from '../evidence/exports.ts';
import type { IngestedReader, IngestedReaders } from '../ingest/ingested-readers.ts';

type Parts = {
  own: Exports;
  /** The gateway's own log. */
  origin: string;
  ingested: Pick<IngestedReaders, 'reach'>;
  attester: EvidenceData['attester'];
  evidenceKeys: NonNullable<EvidenceData['keys']['evidence']>;
  record: ExportSources['record'];
};

/** Evidence of the gateway's own traces, and of those in logs that it took over: each from its own lines, under its own key. */
export function withIngestedEvidence({ own, origin, ingested, attester, evidenceKeys, record }: Parts) {
  const makers = new Map<string, EvidenceMaker>();
  const makerOf = ({ auditFile, verifier_key }: IngestedReader): EvidenceMaker => {
    const made =
      makers.get(verifier_key) ??
      new EvidenceMaker({ auditFile, attester, keys: { log: verifier_key, evidence: evidenceKeys } });
    makers.set(verifier_key, made);
    return made;
  };
  const exportsOf = (reader: IngestedReader): Exports =>
    createExports({
      ...{ index: reader.index, record, make: (task) => makerOf(reader).make(task) },
      // Its signer is elsewhere: what there is was signed before it came.
      signCheckpoint: async () => undefined,
    });
  const exports: Exports = {
    period: own.period,
    async trace(traceId, by, log) {
      const mine = log === undefined || log === origin ? await own.trace(traceId, by) : undefined;
      if (mine !== undefined) return mine;
      for (const reader of ingested.reach(by.tenant_id, log)) {
        const zip = await exportsOf(reader).trace(traceId, by);
        if (zip !== undefined) return zip;
      }
      return undefined;
    },
  };
  return { exports, close: () => Promise.all([...makers.values()].map((maker) => maker.close())) };
}
