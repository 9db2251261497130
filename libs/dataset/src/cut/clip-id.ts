/** A clip's id: the recording's, then its start and end in samples at the clip rate, ten digits each as the engine's slicer names its files. */
export function clipId(recordingId: string, start: number, end: number): string {
  return `${recordingId}-${String(start).padStart(10, '0')}-${String(end).padStart(10, '0')}`;
}
