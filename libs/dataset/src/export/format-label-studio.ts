import type { ExportItem } from './export-item.js';

/** The labelling interface that the tasks fit: paste it into the project's settings. */
export const LABEL_STUDIO_CLIPS_CONFIG = `<View>
  <Audio name="audio" value="$audio"/>
  <TextArea name="transcription" toName="audio" editable="true" maxSubmissions="1"/>
</View>
`;
export const LABEL_STUDIO_REGIONS_CONFIG = `<View>
  <Labels name="labels" toName="audio"><Label value="Speech"/></Labels>
  <Audio name="audio" value="$audio"/>
  <TextArea name="transcription" toName="audio" perRegion="true" editable="true"/>
</View>
`;

/** Address of a file that Label Studio serves from a folder of its machine (LABEL_STUDIO_LOCAL_FILES_SERVING_ENABLED). */
const localFile = (path: string) => `/data/local-files/?d=${path.split('/').map(encodeURIComponent).join('/')}`;
const pretty = (value: unknown) => `${JSON.stringify(value, null, 1)}\n`;

/** Tasks with the text of a whole clip each, as predictions that a person corrects. `value.text` is an array: the interface shows nothing else. */
export function formatLabelStudioClips(items: readonly ExportItem[], audioOf: (item: ExportItem) => string): string {
  return pretty(items.map((item) => ({
    data: { audio: localFile(audioOf(item)), clip: item.clip, speaker: item.speaker, language: item.language, split: item.split, recording: item.recordingPath, recording_start: item.startSec, recording_end: item.endSec },
    predictions: [{ model_version: 'voxtune', result: [{ id: item.clip, from_name: 'transcription', to_name: 'audio', type: 'textarea', value: { text: [item.text] } }] }],
  })));
}

/** Tasks with a region for each utterance of a recording: a label and a text under one id. */
export function formatLabelStudioRegions(recordings: readonly { readonly path: string; readonly items: readonly ExportItem[] }[]): string {
  return pretty(recordings.map(({ path, items }) => ({
    data: { audio: localFile(path) },
    predictions: [{
      model_version: 'voxtune',
      result: items.flatMap(({ clip: id, startSec: start, endSec: end, text, speaker }) => [
        { id, from_name: 'labels', to_name: 'audio', type: 'labels', value: { start, end, channel: 0, labels: [speaker] } },
        { id, from_name: 'transcription', to_name: 'audio', type: 'textarea', value: { start, end, channel: 0, text: [text] } },
      ]),
    }],
  })));
}
