import '../../styles/workbench.css'
import './simulate-keys.ts'
import { useEffect } from 'preact/hooks'
import { route } from '../../models/route.ts'
import { choose, draft, readWhat, whatName } from '../../models/simulate-draft.ts'
import { keepDraft } from '../../models/simulate-kept.ts'
import { followLists, openNumber } from '../../models/simulate-runs.ts'
import { loadSamples } from '../../models/simulate-samples.ts'
import { Composer } from './composer.tsx'
import { Run } from './run.tsx'
import { RunLists } from './run-lists.tsx'

keepDraft()

/** What to send on one side; on the other how the open simulation fares, or all of them. */
export function Workbench() {
  const what = route.value.params['what']
  const id = openNumber.value
  const missing = route.value.item !== null && id === null
  useEffect(followLists, [])
  useEffect(() => void loadSamples(), [])
  useEffect(() => {
    const named = what === undefined ? null : readWhat(what)
    if (named && whatName(draft.peek().what) !== what) choose(named)
  }, [what])
  return (
    <div class={`simulate${route.value.item === null ? '' : ' simulate-open'}`}>
      <h1 class="hidden-text">Simulate</h1>
      <Composer />
      <div class="simulate-side">{missing ? <NoSuch /> : id === null ? <RunLists /> : <Run key={id} id={id} />}</div>
    </div>
  )
}

function NoSuch() {
  return (
    <div class="simulate-empty">
      <h2>This is not the number of a simulation</h2>
      <p>
        <a href="/simulate">Show them all</a>
      </p>
    </div>
  )
}
