/** Texts cannot be inspected now: too many wait, or the thread ended twice over them. Nothing was decided. */
export class InspectionUnavailable extends Error {
  readonly code = 'inspection_unavailable';
}
