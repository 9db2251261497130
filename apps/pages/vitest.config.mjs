import { shared } from '../../vitest.shared.mjs';

export default shared({ testTimeout: 60_000, hookTimeout: 60_000 });
