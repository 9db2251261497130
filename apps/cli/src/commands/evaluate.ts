import { partialRun } from './partial-run.js';

export default partialRun({ name: 'evaluate', summary: 'measure a trained voice against the thresholds; exit 5 when below one', from: 'evaluate', until: 'evaluate', example: 'voxtune evaluate staff001 --models ./models' });
