import { partialRun } from './partial-run.js';

export default partialRun({ name: 'list', summary: 'make the training lists of a voice (ingest, slice, transcribe, list)', from: 'list', until: 'list', example: 'voxtune list staff001' });
