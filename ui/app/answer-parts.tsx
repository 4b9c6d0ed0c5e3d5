import type { AnswerView } from '../../core/api/views.ts'
import { byteSize } from '../../core/text/bytes.ts'
import { BodyText } from '../kit/body-text.tsx'
import { HeaderTable } from '../kit/header-table.tsx'
import { Sloppy } from './attempt-notices.tsx'

/** How long an answer is, and how much of it is kept. */
export const answerSize = ({ body, bodyBytes }: AnswerView): string =>
  byteSize(bodyBytes) + (bodyBytes > body.bytes ? `, only the first ${byteSize(body.bytes)} are kept` : '')

/** An answer below its heading. @param faults what is wrong with its HTTP */
export function AnswerParts({ answer, faults }: { answer: AnswerView; faults: readonly string[] }) {
  return (
    <>
      <Sloppy faults={faults} />
      <BodyText body={answer.body} label="Response body" />
      <details>
        <summary>{answer.headers.length} headers</summary>
        <HeaderTable headers={answer.headers} caption="Response headers" />
      </details>
    </>
  )
}
