/** The code of the HTML report: at each finding for the stack that the endpoint runs on, for all others once at the end. */
import type { HtmlEscapedString } from 'hono/utils/html'
import { byWeight } from '../../../core/check/check-words.ts'
import type { CheckReport } from '../../../core/check/finding.ts'
import { shownFramework } from '../../../core/check/framework-of.ts'
import { findProbe } from '../../../core/check/probes.ts'
import { frameworkName, frameworks, type RemedyName, remedyFor } from '../../../core/check/remedies.ts'
import { markup } from '../../lib/markup.ts'

const titles: Readonly<Record<RemedyName, string>> = {
  signature: 'Verify the signature',
  credentials: 'Require the credentials',
  once: 'Act once on each event',
  answerFirst: 'Answer first, do the work afterwards',
  unknownTypes: 'Acknowledge every type',
  brokenJson: 'Refuse JSON that cannot be read',
  quietErrors: 'Keep errors out of responses',
  postOnly: 'Serve POST only',
  limit: 'Raise the body limit',
}

/** @param remedy undefined where code is not the fix */
export function codeElement(report: CheckReport, remedy: RemedyName | undefined): HtmlEscapedString | '' {
  if (remedy === undefined) return ''
  const { name, reason } = shownFramework(report)
  return markup`<div class="codes"><h4>In code: ${frameworkName(name)}</h4>${reason === null ? '' : markup`<p class="soft">${reason}</p>`}<pre>${remedyFor(remedy, name)}</pre><p><a href="#code-${remedy}">${titles[remedy]} in other stacks</a></p></div>`
}

/** The remedies that the report's findings ask for, in every stack. */
export function allCodes(report: CheckReport): HtmlEscapedString | '' {
  const asked = byWeight(report.findings).flatMap(({ probe, advice }) =>
    advice === undefined ? (findProbe(probe)?.remedy ?? []) : [],
  )
  const remedies = [...new Set(asked)]
  if (remedies.length === 0) return ''
  return markup`
<h2>Code for other stacks</h2>
${remedies.map(
  remedy =>
    markup`<section class="card codes" id="code-${remedy}"><h3>${titles[remedy]}</h3>${frameworks.map(
      framework =>
        markup`<details name="code-${remedy}"><summary>${frameworkName(framework)}</summary><pre>${remedyFor(remedy, framework)}</pre></details>`,
    )}</section>`,
)}`
}
