/** A failure that @voxtune/audio means: about one file, and told as its reason. Any other failure is passed on. */
export type AudioFailure = Error & { readonly code: string; readonly hint?: string };

/** True for the errors of @voxtune/audio that are about a file, known by their code; an option it refuses is about the caller. */
export function isAudioFailure(error: unknown): error is AudioFailure {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' && error.code.startsWith('AUDIO_') && error.code !== 'AUDIO_OPTION_INVALID';
}

/** What such a failure says, without the path on this machine: manifests are the same wherever the folder lies. */
export function explainAudioFailure(error: AudioFailure, path: string): string {
  return error.message.replaceAll(`${path}: `, '').replaceAll(path, 'it');
}
