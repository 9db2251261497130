// The voxtune.yaml that `init` writes: what a person is likely to change, each with a word of explanation.
import { stringify } from 'yaml';

export type TemplateValues = {
  readonly voice: string;
  readonly language: string;
  readonly recordings: string;
  readonly transcripts: readonly string[];
  readonly engine: string | null;
  readonly models: string | null;
  readonly enrolment: string | null;
  readonly consent: string | null;
};

const scalar = (value: unknown): string => stringify(value).trim();

/** Text of a new voxtune.yaml. Every value goes through the YAML writer: names may hold quotes, colons or CJK. */
export function configTemplate({ voice, language, recordings, transcripts, engine, models, enrolment, consent }: TemplateValues): string {
  return `# yaml-language-server: $schema=./voxtune.schema.json
# Every other key and its default: voxtune config show ${/^[\w.-]+$/.test(voice) ? voice : 'NAME'} --origin
version: 1
voice: ${scalar(voice)}
language: ${scalar(language)}            # of the recordings: zh, en, ja, ko or yue
consent: ${scalar(consent)}          # reference to the speaker's consent; publishing without one warns
recordings: ${scalar(recordings)}   # audio as received; never written to
transcripts: [${transcripts.map((t) => JSON.stringify(t)).join(', ')}]   # known words: subtitles, TextGrids, lists, tables (see the README of @voxtune/dataset)
enrolment: ${scalar(enrolment)}        # a clip known to be the speaker
models: ${scalar(models)}           # folder of ONNX models for measuring

engine:
  path: ${scalar(engine)}           # a GPT-SoVITS checkout; without one nothing is trained
  profile: upstream
  version: v2Pro

train:
  gpt: { epochs: null, saveEvery: null }      # null: the version's default (15, 5); voxtune train NAME --preset auto sets what fits the data
  sovits: { epochs: null, saveEvery: null }   # null: 8, 4; of v3 and v4 2, 1

evaluate:
  sentences: 8
  thresholds: { mos: 3.5, similarity: 0.75, naturalness: 0.7, intelligibility: 0.8, rtf: 2.0 }
`;
}
