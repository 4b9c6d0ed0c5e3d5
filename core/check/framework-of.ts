/** Which stack an endpoint runs on, as its answers show. */
import { headerValue } from '../http/headers.ts'
import type { CheckReport, ChosenFramework, Exchange, Finding } from './finding.ts'
import { type Sign, signs } from './remedies/signs.ts'
import { type Framework, usualFramework } from './remedies.ts'

type Answer = NonNullable<Exchange['answer']>

function shows({ status, headers = {}, body }: Sign, answer: Answer): boolean {
  if (status !== undefined && status !== answer.status) return false
  if (body !== undefined && !body.test(answer.body)) return false
  return Object.entries(headers).every(([name, pattern]) => {
    const value = headerValue(answer.headers, name)
    return pattern === null ? value === undefined : value !== undefined && pattern.test(value)
  })
}

/** @returns null when no answer tells */
export function frameworkOf(findings: readonly Pick<Finding, 'exchanges'>[]): ChosenFramework | null {
  const answers = findings.flatMap(({ exchanges }) => exchanges.flatMap(({ answer }) => answer ?? []))
  const sign = signs.find(one => answers.some(answer => shows(one, answer)))
  return sign === undefined ? null : { name: sign.framework, sign: sign.says }
}

/** The stack whose code is shown, with the reason for it as a sentence; null where a person has named it. */
export function shownFramework({ framework }: Pick<CheckReport, 'framework'>): {
  readonly name: Framework
  readonly reason: string | null
} {
  if (!framework) return { name: usualFramework, reason: 'No answer shows what the endpoint runs on.' }
  const { name, sign } = framework
  return { name, reason: sign && `The endpoint shows it: ${sign}.` }
}
