/** The larger half of the deliveries, with its styles: fetched as one while the list is already on the screen. */
import './larger-half.css'

export { BulkBar } from './actions/bulk-bar.tsx'
export { DetailView } from './detail/detail.tsx'
export { LackNotes } from './list/lack-notes.tsx'
export { MatchingMenu } from './list/matching-menu.tsx'
export { NoMatch } from './list/no-match.tsx'
export { RejectedBar } from './list/rejected-bar.tsx'
export { PreparingHead } from './preparing/preparing-head.tsx'
