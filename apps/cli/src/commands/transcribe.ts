import { partialRun } from './partial-run.js';

export default partialRun({ name: 'transcribe', summary: 'give the clips of a voice their words: known ones, else by the recognisers of voxtune.yaml', from: 'transcribe', until: 'transcribe', example: 'voxtune transcribe staff001' });
