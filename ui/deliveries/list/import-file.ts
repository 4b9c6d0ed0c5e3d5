/** Deliveries of a file that was dropped or chosen: read piece by piece in the page, and handed to the API in parts. */

import { useEffect } from 'preact/hooks'
import { importFile } from '../../../core/capture/batches.ts'
import { importSentences } from '../../../core/capture/import-words.ts'
import { NoCapture } from '../../../core/capture/read-capture.ts'
import { refreshFacets } from '../../app/facets.ts'
import { whyNot } from '../../app/people.ts'
import { setParams } from '../../app/route.ts'
import { api, call, failureText } from '../../client/api.ts'
import { dismissToast, showToast } from '../../kit/toasts.ts'

/** Not every browser iterates over a stream. */
async function* chunksOf(file: File): AsyncGenerator<Uint8Array> {
  const reader = file.stream().getReader()
  try {
    for (let next = await reader.read(); !next.done; next = await reader.read()) yield next.value
  } finally {
    await reader.cancel()
  }
}

async function importOne(file: File): Promise<void> {
  const pending = showToast(`Importing ${file.name} …`)
  try {
    const parts = importFile(chunksOf(file), deliveries =>
      call(api.imports.$post({ json: { deliveries: [...deliveries] } })),
    )
    for await (const sums of parts) {
      if (!sums.isDone) continue
      const isGood = sums.cut === null && [...sums.leftOut.values()].every(({ isFine }) => isFine)
      showToast(`${file.name}: ${importSentences(sums).join(' ')}`, {
        tone: isGood ? 'ok' : 'bad',
        ...(sums.added > 0 && {
          action: { label: 'Show', run: () => setParams({ q: 'note:imported' }) },
        }),
      })
    }
  } catch (error) {
    const why = error instanceof NoCapture ? `${error.message} ${error.hint}` : failureText(error)
    showToast(`${file.name} was not imported: ${why}`, { tone: 'bad' })
  } finally {
    dismissToast(pending)
    void refreshFacets()
  }
}

/** One after the other; the result of each is said. */
export async function importFiles(files: readonly File[]): Promise<void> {
  for (const file of files) await importOne(file)
}

/** Asks for a file. */
export function chooseFile(): void {
  const input = document.createElement('input')
  input.type = 'file'
  input.multiple = true
  input.accept = '.hookscope,.har,.ndjson,.jsonl,.json'
  input.onchange = () => void importFiles([...(input.files ?? [])])
  input.click()
}

const hasFiles = (event: DragEvent) => event.dataTransfer?.types.includes('Files') === true

/** While this is shown, files that are dropped on the page are imported; the browser would open them. */
export function useImportByDrop(): void {
  useEffect(() => {
    const over = (event: DragEvent) => {
      if (hasFiles(event)) event.preventDefault()
    }
    const drop = (event: DragEvent) => {
      if (!hasFiles(event)) return
      event.preventDefault()
      const refused = whyNot('POST /api/imports')
      if (refused === null) void importFiles([...(event.dataTransfer?.files ?? [])])
      else showToast(refused)
    }
    document.addEventListener('dragover', over)
    document.addEventListener('drop', drop)
    return () => {
      document.removeEventListener('dragover', over)
      document.removeEventListener('drop', drop)
    }
  }, [])
}
