/** Starts the inspector in the page. */
import { render } from 'preact'
import { LocationProvider } from 'preact-iso'
import './styles/tokens.css'
import './styles/base.css'
import './styles/components.css'
import { Frame } from './views/frame/frame.tsx'

const root = document.getElementById('app')
if (root)
  render(
    <LocationProvider>
      <Frame />
    </LocationProvider>,
    root,
  )
