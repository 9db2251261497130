// npm run soak: the soak test in full.
import { shared } from '../../vitest.shared.mjs';

export default shared({ globalSetup: ['./test/support/build-engine.ts'], include: ['test/soak.test.ts'], provide: { soakRequests: 10_000, soakDeadlineMs: 10_000 } });
