export function outcomeOf(path: string, whole?: { readonly samples: number; readonly lengthless?: boolean | undefined }): Promise<{ readonly outcome: string; readonly bad: string | null }>;
