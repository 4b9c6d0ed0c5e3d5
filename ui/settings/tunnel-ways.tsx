import './tunnel-ways.css'
import { useState } from 'preact/hooks'
import type { TunnelChoiceWay } from '../../core/api/tunnel.ts'
import { stableWords, wayName } from '../../core/tunnels/taking.ts'
import { tunnelNow } from '../app/listener.ts'
import { whyNot } from '../app/people.ts'
import { askWay, loadWays, tunnelChoice } from '../app/tunnel-way.ts'
import { Badge } from '../kit/badge.tsx'
import { Button } from '../kit/button.tsx'

/** The ways in, listed when a person asks for them; each ready one can be opened in place of the tunnel. */
export function TunnelWays() {
  const [pending, setPending] = useState(false)
  const choice = tunnelChoice.value
  if (choice === null)
    return (
      <p>
        <Button
          pending={pending}
          onClick={async () => {
            setPending(true)
            await loadWays()
            setPending(false)
          }}
        >
          {tunnelNow.value?.state === 'off' ? 'Open a tunnel' : 'Use another way'}
        </Button>
      </p>
    )
  return (
    <ul class="tunnel-ways" aria-label="Ways in">
      {[...choice.ways.filter(({ ready }) => ready), ...choice.ways.filter(({ ready }) => !ready)].map(way => (
        <Way key={way.name} {...way} />
      ))}
    </ul>
  )
}

function Way(way: TunnelChoiceWay) {
  const { name, seenBy, stable, limits, ready, note, current } = way
  return (
    <li>
      <div class="breaks">
        <strong>{wayName(way)}</strong> {stableWords[stable]}; seen by {seenBy}
        <p class="muted">{ready ? `Limits: ${limits}` : `Not set up: ${note}`}</p>
      </div>
      {current ? (
        <Badge tone="neutral">In use</Badge>
      ) : (
        <Button
          small
          refused={whyNot('PUT /api/tunnel')}
          disabled={!ready}
          aria-label={`Use ${wayName(way)}`}
          onClick={() => void askWay(name)}
        >
          Use
        </Button>
      )}
    </li>
  )
}
