import { shared } from '../../vitest.shared.mjs';

export default shared({ globalSetup: ['./test/support/build-engine.ts'], provide: { soakRequests: 300, soakDeadlineMs: 60_000 } });
