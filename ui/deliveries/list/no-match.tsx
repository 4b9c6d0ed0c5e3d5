import { queryText, setParams } from '../../app/route.ts'
import { Button } from '../../kit/button.tsx'
import { queryProblem } from './deliveries.ts'
import { language } from './search-language.ts'

/** Nothing matches the search. */
export function NoMatch() {
  const meant = queryProblem.value ? null : (language.value?.meantSearch(queryText.value) ?? null)
  return (
    <div class="no-match">
      <h2>{queryProblem.value ? 'This search cannot be understood' : 'No delivery matches'}</h2>
      <p class="muted">{queryProblem.value ? queryProblem.value.message : 'New matches appear here.'}</p>
      {meant === null ? null : (
        <p>
          Did you mean{' '}
          <Button small onClick={() => setParams({ q: meant })}>
            {meant}
          </Button>
          ?
        </p>
      )}
      {queryText.value === '' ? null : <Button onClick={() => setParams({ q: null })}>Clear the search</Button>}
    </div>
  )
}
