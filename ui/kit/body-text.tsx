import { useMemo } from 'preact/hooks'
import type { BodyView } from '../../core/api/views.ts'
import { maskCardData } from '../../core/events/card.ts'
import { parseJson, prettyJson } from '../../core/text/json-tree.ts'
import { fromBase64, hexRows } from './hex-dump.ts'
import { LongText } from './long-text.tsx'

/** A body as text: indented when it is JSON, as hex when it is no text; card data masked. */
export function BodyText({ body, label }: { body: BodyView; label: string }) {
  const shown = useMemo(() => {
    if (body.text === null) {
      const rows = hexRows(fromBase64(body.base64), 0, 64)
      return { text: rows.map(row => `${row.offset}  ${row.hex}  ${row.text}`).join('\n'), isFormatted: false }
    }
    const tree = body.text.length < 200_000 ? parseJson(body.text) : null
    const text = tree?.ok ? prettyJson(tree) : body.text
    return { text: maskCardData(text), isFormatted: text !== body.text }
  }, [body])
  if (body.bytes === 0) return <p class="muted">No body.</p>
  return (
    <>
      <LongText text={shown.text} label={label} />
      {shown.isFormatted ? <p class="muted">Indented for reading: its whitespace differs from the bytes.</p> : null}
    </>
  )
}
