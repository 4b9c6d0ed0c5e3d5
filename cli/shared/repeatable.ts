/** Which options of the command line may be given several times. */
import type { Option } from 'commander'

const repeatable = new WeakSet<Option>()

/** Whether it means something to give an option several times. */
export const isRepeatable = (option: Option): boolean => repeatable.has(option)

/** An option that may be given several times; its value is the list of what was given. */
export function repeated(option: Option): Option {
  const read = option.parseArg
  repeatable.add(option)
  return option.argParser((value: string, before: unknown) => {
    read?.(value, before)
    return [...(Array.isArray(before) ? before : []), value]
  })
}
