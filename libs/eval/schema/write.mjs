// Writes evaluation-report.schema.json from the schema in src: npm run schema -w @voxtune/eval
import { writeFileSync } from 'node:fs';
import { evaluationReportJsonSchema } from '../dist/index.js';

writeFileSync(new URL('evaluation-report.schema.json', import.meta.url), `${JSON.stringify(evaluationReportJsonSchema(), null, 1)}\n`);
