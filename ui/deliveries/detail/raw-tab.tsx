import { useState } from 'preact/hooks'
import type { DeliveryDetail } from '../../../server/api/types.ts'
import { whyNot } from '../../app/people.ts'
import { saveFile } from '../../app/save-file.ts'
import { Button } from '../../kit/button.tsx'
import { countText } from '../../kit/count.ts'
import { bytesInRow, hexRowCount, hexRows } from '../../kit/hex-dump.ts'
import { scrollable } from '../../kit/scrollable.ts'
import { Reveal } from './headers-tab.tsx'
import { maskedBytes, revealed, type ShownBody, toggleRevealed } from './open-delivery.ts'

/** Rows in one piece of the dump; the browser skips pieces that are out of sight. */
const rowsInPiece = 256

/** Every byte as hex and as text, in rows of sixteen. */
export function RawTab({ view, body }: { view: DeliveryDetail; body: ShownBody }) {
  const [all, setAll] = useState(false)
  const bytes = revealed.value.cards ? body.bytes : maskedBytes(body)
  if (bytes.length === 0) return <p class="stack tab-content">There are no bytes: the body is empty or was not kept.</p>
  const pieces = Array.from({ length: Math.ceil(hexRowCount(bytes) / rowsInPiece) }, (_, piece) => piece)
  const shown = all ? pieces : pieces.slice(0, 1)
  return (
    <div class="stack tab-content">
      <div class="row tab-tools">
        <p class="muted">
          {countText(bytes.length)} bytes{body.decoded ? ', still compressed' : ''}, as received
        </p>
        <span class="grow" />
        {body.cards.length > 0 ? (
          <Reveal what="card data" shown={revealed.value.cards} onPress={() => toggleRevealed('cards')} />
        ) : null}
        <Button
          small
          refused={whyNot('GET /api/deliveries/:id/body')}
          onClick={() => saveFile(`/api/deliveries/${view.id}/body`, `delivery-${view.id}.bin`)}
        >
          Download
        </Button>
      </div>
      <section class="hex" aria-label="Bytes as hex and text" {...scrollable}>
        {shown.map(piece => (
          <pre key={piece} class="hex-piece">
            {hexRows(bytes, piece * rowsInPiece, rowsInPiece)
              .map(row => `${row.offset}  ${row.hex}  ${row.text}`)
              .join('\n')}
          </pre>
        ))}
      </section>
      {shown.length < pieces.length ? (
        <Button small onClick={() => setAll(true)}>
          Show all {countText(hexRowCount(bytes))} rows ({countText(rowsInPiece * bytesInRow)} bytes are shown)
        </Button>
      ) : null}
    </div>
  )
}
