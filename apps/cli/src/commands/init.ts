import { access, constants, mkdir, stat, writeFile } from 'node:fs/promises';
import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { probeCheckout } from '@voxtune/training';
import { configJsonSchema, configSchema, LANGUAGES } from '../config/schema.js';
import { configTemplate } from '../config/template.js';
import { defineCommand } from '../define-command.js';
import { CliError, Exit } from '../exit.js';
import { CONFIG_NAME } from '../voice/folder.js';
import { refuseOwnOutput } from '../voice/own-output.js';

export default defineCommand({
  name: 'init',
  summary: 'create a voice folder with its voxtune.yaml',
  positionals: [{ name: 'NAME', help: 'name of the voice; the folder is called the same' }],
  flags: {
    recordings: { type: 'string', value: 'DIR', help: 'folder of recordings, left where it is (default: NAME/recordings)' },
    transcripts: { type: 'string', value: 'FILE', help: 'known words: .srt, .list, metadata.csv, or a folder of them' },
    language: { type: 'string', choices: LANGUAGES, help: 'of the recordings (default zh)' },
    engine: { type: 'string', value: 'DIR', help: 'a GPT-SoVITS checkout' },
    enrolment: { type: 'string', value: 'WAV', help: 'a clip known to be the speaker' },
    models: { type: 'string', value: 'DIR', help: 'folder of ONNX models for measuring' },
    consent: { type: 'string', value: 'REF', help: "reference to the speaker's consent" },
    dir: { type: 'string', value: 'PARENT', help: 'where the folder is made (default: here)' },
  },
  example: 'voxtune init staff001 --recordings ./recordings --language zh --engine ~/GPT-SoVITS',
  async run({ args, flags, out, cwd }) {
    const name = args[0]!;
    const named = configSchema.shape.voice.safeParse(name);
    if (!named.success) throw new CliError('CLI_USAGE', `init: ${JSON.stringify(name)} cannot be a voice's name: ${named.error.issues[0]!.message}`);
    const root = resolve(cwd, flags.dir ?? '.', name);
    const file = join(root, CONFIG_NAME);
    if (existsSync(file)) throw new CliError('CLI_VOICE_EXISTS', `${file} is already there; nothing was changed`, { path: root });
    const given = async (path: string | undefined, kind: 'folder' | 'path'): Promise<string | null> => {
      if (path === undefined) return null;
      const absolute = resolve(cwd, path);
      const found = await stat(absolute).catch((cause: unknown) => { throw new CliError('CLI_PATH_MISSING', `there is no ${absolute}`, { path: absolute }, { cause }); });
      if (kind === 'folder' && !found.isDirectory()) throw new CliError('CLI_PATH_MISSING', `${absolute} is not a folder`, { path: absolute });
      return absolute;
    };
    const recordings = await given(flags.recordings, 'folder');
    if (recordings !== null) await access(recordings, constants.R_OK | constants.X_OK);
    const transcripts = await given(flags.transcripts, 'path');
    await refuseOwnOutput(root, [...(recordings === null ? [] : [{ what: 'recordings', path: recordings }]), ...(transcripts === null ? [] : [{ what: 'transcripts', path: transcripts }])]);
    const engine = await given(flags.engine, 'folder');
    if (engine !== null) await probeCheckout(engine);
    const models = await given(flags.models, 'folder');
    const enrolment = await given(flags.enrolment, 'path');
    await mkdir(root, { recursive: true }).catch((cause: NodeJS.ErrnoException) => { // on a read-only disk Node says ENOENT here
      throw cause.code === 'ENOSPC' ? cause : new CliError('CLI_NOT_WRITABLE', `the folder ${root} cannot be made (${cause.code ?? cause.message})`, { path: root }, { cause });
    });
    if (recordings === null) await mkdir(join(root, 'recordings'), { recursive: true });
    if (transcripts === null) await mkdir(join(root, 'transcripts'), { recursive: true });
    await writeFile(join(root, 'voxtune.schema.json'), `${JSON.stringify(configJsonSchema(), null, 2)}\n`);
    await writeFile(file, configTemplate({
      voice: name, language: flags.language ?? 'zh', recordings: recordings ?? 'recordings',
      transcripts: transcripts === null ? ['transcripts'] : [transcripts, 'transcripts'], engine, models, enrolment, consent: flags.consent ?? null,
    }), { flag: 'wx' });
    if (out.json) out.data({ voice: name, path: root });
    else {
      out.print(root);
      out.note(`${recordings === null ? `Put the recordings into ${join(root, 'recordings')}, then` : 'Now'}: voxtune run ${flags.dir === undefined ? name : root}`);
      if (engine === null) out.note('No engine was given: recordings become lists, nothing is trained until engine.path in voxtune.yaml names a GPT-SoVITS checkout.');
    }
    return Exit.ok;
  },
});
