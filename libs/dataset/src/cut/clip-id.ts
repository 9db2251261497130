/** A clip's id: the recording's, then its start and end in samples at the clip rate, ten digits each as the engine's slicer names its files. */
export function clipId(recordingId: string, start: number, end: number): string {
  return `${recordingId}-${String(start).padStart(10, '0')}-${String(end).padStart(10, '0')}`;
}

/** What a clip's id says, or null where it is none. */
export function parseClipId(id: string): { readonly recordingId: string; readonly start: number; readonly end: number } | null {
  const [, recordingId, start, end] = /^(r[0-9a-f]{12})-(\d{10})-(\d{10})$/.exec(id) ?? [];
  return recordingId === undefined ? null : { recordingId, start: Number(start), end: Number(end) };
}
