import { partialRun } from './partial-run.js';

export default partialRun({ name: 'publish', summary: 'write voice.json: the chosen checkpoints, prompt audio, figures, provenance and consent; what must come before is run', from: 'publish', until: 'publish', example: 'voxtune publish staff001' });
