export type {
  EventIndex,
  Span,
  SpanQuery,
  TraceEntry,
  TraceQuery,
  TraceState,
} from '../store/event-index.ts';
