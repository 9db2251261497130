// Writes the guide's two schemas from src: npm run schema -w @voxtune/training
import { writeFileSync } from 'node:fs';
import { guideJsonSchema } from '../dist/index.js';

for (const kind of ['guide-s1', 'guide-s2']) writeFileSync(new URL(`${kind}.schema.json`, import.meta.url), `${JSON.stringify(guideJsonSchema(kind), null, 1)}\n`);
