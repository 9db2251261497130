import { copyFile, constants, mkdir, rename, rm } from 'node:fs/promises';
import { basename, dirname, join, resolve, sep } from 'node:path';
import { gzipSync } from 'node:zlib';
import { CORPUS_FORMATS, exportItems, planExport, type ClipEntry, type CorpusFormat, type RecordingEntry } from '@voxtune/dataset';
import { readJsonLines, writeFileAtomic } from '@voxtune/pipeline';
import { defineCommand } from '../define-command.js';
import { CliError, Exit } from '../exit.js';
import { textTable } from '../render/table.js';
import { clipRateHz } from '../voice/slice-options.js';
import { readLists } from '../stages/list.js';
import { openVoice } from '../voice/folder.js';

const FORMATS = Object.keys(CORPUS_FORMATS) as readonly CorpusFormat[];

export default defineCommand({
  name: 'export',
  summary: 'write the utterances of a voice in another tool’s format, saying what it cannot carry',
  positionals: [{ name: 'NAME', help: 'a voice, or its folder' }],
  flags: {
    format: { type: 'string', choices: FORMATS, help: 'which; without it all are listed' },
    out: { type: 'string', value: 'DIR', help: 'folder to write into; made where it is not there' },
    'no-audio': { type: 'boolean', help: 'write the words only, without copies of the clips' },
  },
  example: 'voxtune export staff001 --format lhotse --out ./corpus',
  async run({ args, flags, out, signal, cwd }) {
    if (flags.format === undefined) {
      const formats = FORMATS.map((name) => ({ name, about: CORPUS_FORMATS[name].about, audio: CORPUS_FORMATS[name].audio !== null }));
      if (out.json) out.data({ formats });
      else out.print(textTable(['format', 'what', 'audio'], formats.map(({ name, about, audio }) => [name, about, audio ? 'clips' : 'recordings as they are'])));
      return Exit.ok;
    }
    if (flags.out === undefined) throw new CliError('CLI_USAGE', 'export: --format needs --out DIR');
    const voice = await openVoice(args[0]!, cwd);
    const lists = await readLists(voice).catch((cause: unknown) => { throw new CliError('CLI_NO_WORDS', `${voice.name} has no training lists yet`, { voice: voice.name }, { cause, hint: `Run: voxtune list ${voice.name}` }); });
    const items = exportItems(lists, await readJsonLines<ClipEntry>(voice.at('reviewedManifest')));
    const recordings = await readJsonLines<RecordingEntry>(voice.at('recordings'));
    const outDir = resolve(cwd, flags.out);
    const format = flags.format as CorpusFormat; // readArguments checked it against FORMATS
    const { files, audio, lost } = planExport({
      items, format, language: voice.config.language, outDir, sampleRateHz: clipRateHz(voice),
      recordingSec: new Map(recordings.map(({ path, durationSec }) => [path, durationSec ?? 0])),
    });
    const made = new Set<string>();
    const folderOf = async (path: string) => {
      const folder = dirname(path);
      if (!made.has(folder)) await mkdir(folder, { recursive: true });
      made.add(folder);
    };
    for (const { path, text, gzip } of files) {
      const to = inside(outDir, path);
      await folderOf(to);
      await writeFileAtomic(to, gzip === true ? gzipSync(text) : text);
    }
    const copied = flags['no-audio'] ? [] : audio;
    for (const { from, to } of copied) {
      signal.throwIfAborted();
      const target = inside(outDir, to);
      await folderOf(target);
      const temporary = join(dirname(target), `.tmp-${basename(target)}`);
      await rm(temporary, { force: true });
      await copyFile(join(voice.at('reviewedClips'), basename(from)), temporary, constants.COPYFILE_FICLONE);
      await rename(temporary, target);
    }
    if (out.json) out.data({ format, out: outDir, utterances: items.length, files: files.map(({ path }) => path), audio: copied.length, lost });
    else {
      out.print(`${items.length} utterances in ${files.length} file${files.length === 1 ? '' : 's'}${copied.length === 0 ? '' : ` and ${copied.length} clips`}: ${outDir}`);
      for (const { count, message } of lost) out.note(`Not carried by ${format}, for ${count} of ${items.length}: ${message}`);
    }
    return Exit.ok;
  },
});

/** Recordings are named by users: what a file is called may not lead out of the folder. */
function inside(folder: string, path: string): string {
  const to = resolve(folder, path);
  if (!to.startsWith(`${resolve(folder)}${sep}`)) throw new CliError('CLI_USAGE', `export: ${path} would lie outside ${folder}`, { path });
  return to;
}
