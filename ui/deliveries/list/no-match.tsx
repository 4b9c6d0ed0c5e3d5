import { queryText, setParams } from '../../app/route.ts'
import { Button } from '../../kit/button.tsx'
import { queryProblem } from './deliveries.ts'

/** Nothing matches the search. */
export function NoMatch() {
  return (
    <div class="no-match">
      <h2>{queryProblem.value ? 'This search cannot be understood' : 'No delivery matches'}</h2>
      <p class="muted">{queryProblem.value ? queryProblem.value.message : 'New matches appear here.'}</p>
      {queryText.value === '' ? null : <Button onClick={() => setParams({ q: null })}>Clear the search</Button>}
    </div>
  )
}
