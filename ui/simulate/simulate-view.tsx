import './simulate.css'
import './simulate-keys.ts'
import { useEffect } from 'preact/hooks'
import { route } from '../app/route.ts'
import { loadSamples } from '../app/samples.ts'
import { Composer } from './compose/composer.tsx'
import { chooseWhat, draft, readWhat, whatName } from './compose/draft.ts'
import { keepDraft } from './compose/kept-draft.ts'
import { RunView } from './run/run.tsx'
import { RunLists } from './run/run-lists.tsx'
import { followLists, openNumber } from './run/runs.ts'

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
    if (named && whatName(draft.peek().what) !== what) chooseWhat(named)
  }, [what])
  return (
    <>
      <h1 class="view-title">Simulate</h1>
      <div class={`workbench${route.value.item === null ? '' : ' simulate-open'}`}>
        <Composer />
        <div class="workbench-side">
          {missing ? <NoSuch /> : id === null ? <RunLists /> : <RunView key={id} id={id} />}
        </div>
      </div>
    </>
  )
}

function NoSuch() {
  return (
    <div class="workbench-empty">
      <h2>This is not the number of a simulation</h2>
      <p>
        <a href="/simulate">Show them all</a>
      </p>
    </div>
  )
}
