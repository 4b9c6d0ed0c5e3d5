import { useLocation } from 'preact-iso'
import { askedFactor, me, signInNeeded } from '../people.ts'
import { Frame } from './frame.tsx'
import { people } from './people-screens.ts'

/** The inspector, or the door to it where people sign in; over both, what asks for a second factor. */
export function Root() {
  const { path } = useLocation()
  const isAtDoor = me.value?.mode === 'shared' && /^\/(invitation|laptop)\/?$/.test(path)
  return (
    <>
      {signInNeeded.value !== null || isAtDoor ? <people.Door /> : <Frame />}
      {askedFactor.value === null ? null : <people.FactorDialog />}
    </>
  )
}
