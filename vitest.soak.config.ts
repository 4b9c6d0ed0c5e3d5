/** `npm run soak`: tests in their long form, and those that make sense in no other; one after the other. */
import { base } from './vitest.config.ts'

export default {
  ...base,
  test: {
    ...base.test,
    include: ['test/adversary/*.{test,soak}.ts', 'test/crash.test.ts'],
    fileParallelism: false,
  },
}
