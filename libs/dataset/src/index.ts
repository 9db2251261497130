// The public surface. A name here is a promise; groups follow the order of the pipeline.
export { DATASET_ADVICE, DatasetError, type DatasetErrorCode } from './errors.js';
export { FINDING_MEANINGS, type Finding, type FindingCode } from './findings.js';
export { accountFor, type Accounting, type Drop } from './sieve.js';
export { LIST_LANGUAGE_CODES, parseLanguage, type Language } from './language.js';
export {
  clipEntrySchema, formatManifest, parseManifest, recordingEntrySchema, transcriptEntrySchema, utteranceSchema,
  type ClipEntry, type RecordingEntry, type TranscriptEntry, type Utterance,
} from './manifest.js';
export { checkRecording, checkRecordingCount, DEFAULT_REJECT, RECORDING_RULES, type RecordingFacts } from './ingest/recording-rules.js';
export { ingestRecordings, type IngestOptions, type IngestResult, type Progress } from './ingest/ingest-recordings.js';
export { type Cue, type LineProblem } from './transcript/cue.js';
export { type ParsedCues } from './transcript/parse-cue-blocks.js';
export { parseTextGrid } from './transcript/parse-textgrid.js';
export { decodeText, type DecodedText } from './transcript/decode-text.js';
export { parseTranscriptFile } from './transcript/read-transcript-file.js';
export { type NamedCues, type NamedText, type TranscriptContent } from './transcript/content.js';
export { parseSrt } from './transcript/parse-srt.js';
export { parseVtt } from './transcript/parse-vtt.js';
export { parseTrainingList, type ParsedTrainingList, type TrainingListEntry } from './transcript/parse-training-list.js';
export { parseLjspeechMetadata, type LjspeechEntry, type ParsedLjspeech } from './transcript/parse-ljspeech-metadata.js';
export { readTranscripts, type ReadTranscriptsOptions } from './transcript/read-transcripts.js';
export { type SourceText, type TranscriptSources } from './transcript/sources.js';
export { assignTranscripts, type AssignOptions, type AssignResult } from './transcript/assign-transcripts.js';
export { commandRecogniser, type CommandRecogniserOptions, type Recogniser } from './recognise/command-recogniser.js';
export { parseRecognition, type Recognition } from './recognise/parse-recognition.js';
export { recogniseClips, type RecogniseOptions, type RecogniseResult } from './recognise/recognise-clips.js';
export { CLIP_LIMITS } from './cut/clip-limits.js';
export { mapSilence, type SilenceMap } from './cut/silence-map.js';
export { type DroppedCue } from './cut/usable-cues.js';
export { planCueCuts, type CueCut, type CueCutOptions, type CueCutPlan } from './cut/plan-cue-cuts.js';
export { clipId, sliceRecordings, type SliceOptions, type SliceRecordingsOptions, type SliceResult } from './cut/slice-recordings.js';
export { cleanListText } from './list/clean-list-text.js';
export { planSplit, type SplitGroup, type SplitName, type SplitOptions } from './list/plan-split.js';
export { planLists, SPLIT_LIMITS, type Lists, type PlanListsOptions } from './list/plan-lists.js';
export { formatTrainingList, type FormatTrainingListOptions } from './list/format-training-list.js';
export { summarizeDataset, type Amount, type DatasetParts, type DatasetSummary } from './report/summarize-dataset.js';
export { renderDatasetSection, type ReportSection } from './report/render-dataset-section.js';
export { attributeSpeakers, type AttributeOptions, type Attribution, type EmbedWindows, type NotTheSpeaker } from './speaker/attribute-speakers.js';
export { chooseChannel, type ChannelChoice, type ChannelMode, type KnownSpeaker } from './speaker/choose-channel.js';
export { findSpeechByLevel, type Span } from './speaker/find-speech-by-level.js';
export { siftClips } from './speaker/sift-clips.js';
export { robustCentre, type RobustCentre } from './speaker/robust-centre.js';
export { PROMPT_RANGE_SEC, rankPrompts, type RankedPrompt, type RankPromptsOptions } from './prompt/rank-prompts.js';
export { exportItems, type ExportItem } from './export/export-item.js';
export { CORPUS_FORMATS, type CorpusFile, type CorpusFormat, type CorpusOptions } from './export/format-corpus.js';
export { planExport, type ExportLoss, type ExportPlan, type PlanExportOptions } from './export/plan-export.js';
