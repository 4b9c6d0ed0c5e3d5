import './door.css'
import { useLocation } from 'preact-iso'
import { signInNeeded } from '../../app/people.ts'
import { InvitationPage } from './invitation-page.tsx'
import { LaptopPage } from './laptop-page.tsx'
import { SignInPage } from './sign-in-page.tsx'

/** What stands before the inspector: signing in, an invitation, a laptop that asks to be connected. */
export function Door() {
  const { path } = useLocation()
  if (path.startsWith('/invitation')) return <InvitationPage />
  return signInNeeded.value === null ? <LaptopPage /> : <SignInPage />
}
