/** Starts the inspector in the page. */
import { render } from 'preact'
import { LocationProvider } from 'preact-iso'
// Styles are in the order of these lines, and of those in the sheets: no component loads any of its own.
import './kit/styles/kit.css'
import './app/frame/frame.css'
import './app/help/help.css'
import './deliveries/deliveries.css'
import { Frame } from './app/frame/frame.tsx'
import { enter } from './client/page-key.ts'

// What is shown asks hookscope at once: by then the page has its key.
await enter()
const root = document.getElementById('app')
if (root)
  render(
    <LocationProvider>
      <Frame />
    </LocationProvider>,
    root,
  )
