import { shared } from '../../vitest.shared.mjs';

export default shared({ testTimeout: 120_000, hookTimeout: 120_000 });
