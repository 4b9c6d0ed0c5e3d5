import { AlertIcon } from '../../kit/badge.tsx'
import { isPart, partialUpTo } from './deliveries.ts'

/** What the list, or a search, does not have yet. */
export function LackNotes() {
  return (
    <>
      {partialUpTo.value === null ? null : <PartialSearch upTo={partialUpTo.value} />}
      {isPart.value ? <PartOfList /> : null}
    </>
  )
}

function PartialSearch({ upTo }: { upTo: number }) {
  return (
    <p class="bar" role="status">
      <span>Deliveries up to #{upTo} are still being indexed: in them, a search does not match accents yet.</span>
    </p>
  )
}

function PartOfList() {
  return (
    <p class="bar tone-warn" role="status">
      <AlertIcon />
      <span>Incomplete: the list is being rebuilt. Deliveries not in it yet are neither shown nor counted.</span>
    </p>
  )
}
