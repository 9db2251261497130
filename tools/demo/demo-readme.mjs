/** The README of examples/demo. @param {{espeak: string, ffmpeg: string}} versions @param {readonly {path: string, durationSec: number, bytes: number, cues: readonly unknown[]}[]} files */
export function demoReadme(versions, files) {
  const rows = files.map((file) => `| \`${file.path}\` | ${file.durationSec.toFixed(2)} | ${file.cues.length} | ${Math.round(file.bytes / 1024)} |`);
  const total = files.reduce((sum, file) => sum + file.durationSec, 0);
  const bytes = files.reduce((sum, file) => sum + file.bytes, 0);
  return `# Demo recordings (synthetic)

**No person speaks here.** Every file was made by [espeak-ng](https://github.com/espeak-ng/espeak-ng) ${versions.espeak} with \`tools/demo/make-demo.mjs\`
(encoded by ffmpeg ${versions.ffmpeg}; faint seeded noise between the words). The sentences are ours and, like the rest of the repository, under the MIT licence.
The demo shows every stage of voxtune; a voice worth listening to needs recordings of a person.

- \`recordings/\`: ${files.length} recordings of one "speaker", ${total.toFixed(0)} s and ${(bytes / 1e6).toFixed(1)} MB in all: mono, 22 050 Hz, as WAV, FLAC and MP3.
- \`recordings/*.srt\`: the words of the two longer recordings with their times, exact to the millisecond.
- \`transcripts/metadata.csv\`: the words of the other recordings, \`name|text\` (the LJSpeech layout).
- \`manifest.json\`: durations, hashes and the place of every sentence; \`node tools/demo/make-demo.mjs --check\` compares it with the files.

| file | seconds | sentences | kB |
|---|---:|---:|---:|
${rows.join('\n')}
`;
}
