/** Starts the inspector in the page. */
import { render } from 'preact'
import { LocationProvider } from 'preact-iso'
// Styles are in the order of these lines, and of those in the sheets: no component loads any of its own.
import './kit/styles/kit.css'
import './app/frame/frame.css'
import './app/help/help.css'
import './deliveries/deliveries.css'
import { Root } from './app/frame/root.tsx'
import { attendToPeople, learnWho, takeLinkSecret } from './app/people.ts'
import { attendBy } from './client/ask.ts'
import { enter, hasKey } from './client/page-key.ts'

// What is shown asks hookscope at once: by then the page has its key.
takeLinkSecret()
attendBy(attendToPeople)
await enter()
// With a key it is shown at once; nobody who is signed out sees it.
const known = learnWho()
if (!hasKey()) await known
const root = document.getElementById('app')
if (root)
  render(
    <LocationProvider>
      <Root />
    </LocationProvider>,
    root,
  )
