import type { MockResponse } from '../../../core/hooks/mock-response.ts'
import { Badge } from '../../kit/badge.tsx'
import { countText } from '../../kit/count.ts'
import { mockResponseMark } from '../hook-words.ts'

/** What a hook's mock response is right now, and how far it has come. */
export function MockResponseState({ mock }: { mock: MockResponse }) {
  const { failures } = mock
  return (
    <p class="row" role="status">
      <Badge tone="warn">{mockResponseMark(mock)}</Badge>
      {failures.kind === 'every' ? <span class="muted">{countText(failures.seen)} answered so far</span> : null}
    </p>
  )
}
