import { shared } from '../../vitest.shared.mjs';

export default shared({ globalSetup: ['./test/support/build-engine.ts'] });
