export type RequirementChange = { readonly line: string; readonly becomes: string | null; readonly why: string };

/**
 * The engine's requirements.txt as it is installed here: torch has been installed already, for the device, and nothing may replace it.
 * Every line that is changed is listed with its reason; the file of the checkout is not touched.
 */
export function adaptRequirements(text: string, device: 'cuda' | 'cpu'): { readonly text: string; readonly changes: readonly RequirementChange[] } {
  const changes: RequirementChange[] = [];
  const lines = text.split(/\r?\n/).map((line) => {
    const change = changeOf(line.trim(), device);
    if (change === null) return line;
    changes.push({ line: line.trim(), ...change });
    return change.becomes ?? '';
  });
  return { text: `${lines.join('\n').trimEnd()}\n`, changes };
}

function changeOf(line: string, device: 'cuda' | 'cpu'): Omit<RequirementChange, 'line'> | null {
  if (/^--no-binary[ =]opencc$/.test(line)) return { becomes: null, why: 'the ready-made opencc works (1.4.2), and building it needs CMake and a compiler' };
  if (/^(torch|torchaudio|torchcodec)\b(?!-)/.test(line)) return { becomes: null, why: 'installed with torch, for the same device; from the general index it may bring another torch' };
  if (device === 'cpu' && /^onnxruntime-gpu\b/.test(line)) return { becomes: line.replace('onnxruntime-gpu', 'onnxruntime'), why: 'there is no GPU to run it on' };
  return null;
}
