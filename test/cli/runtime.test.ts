import { describe, expect, it } from 'vitest'
import { checkNode } from '../../cli/runtime.ts'

describe('checkNode', () => {
  it.each(['20.19.0', '20.20.2', '22.14.0', '23.0.0', '24.19.0', '30.1.0'])('takes %s', version => {
    expect(() => checkNode(version)).not.toThrow()
  })
  it.each(['0.12.0', '18.20.0', '20.18.3', '21.7.0', '22.13.9', 'nonsense'])(
    'refuses %s, and says what to install',
    version => {
      expect(() => checkNode(version)).toThrow(`hookscope does not run on Node.js ${version}.`)
    },
  )
})
