/** `npm run bench`: one file after the other, so that nothing measures beside something else. */
import { base } from './vitest.config.ts'

export default {
  ...base,
  test: {
    ...base.test,
    globalSetup: 'test/helpers/own-network.ts',
    include: ['bench/**/*.bench.ts'],
    fileParallelism: false,
    testTimeout: 600_000,
  },
}
