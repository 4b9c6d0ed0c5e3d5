/** What the frame shows of people: one part, fetched where people sign in and nowhere else. */
export { AccountMenu } from './account/account-menu.tsx'
export { AccountView } from './account/account-view.tsx'
export { Door } from './door/door.tsx'
export { FactorDialog } from './factor/factor-dialog.tsx'
export { HooksGate } from './hooks-gate.tsx'
export { OwnersView } from './owners/owners-view.tsx'
