import { Download, Upload } from 'lucide-preact'
import { type ExportFormat, exportFormats } from '../../../core/api/export-formats.ts'
import { queryText } from '../../app/route.ts'
import { Menu, type MenuItem } from '../../kit/menu.tsx'
import { list, listVersion, queryProblem } from './deliveries.ts'
import { chooseFile, useImportByDrop } from './import-file.ts'
import { askAboutMatching } from './matching.ts'

/** What a menu calls each format. */
export const formatLabels: Readonly<Record<ExportFormat, string>> = {
  ndjson: 'NDJSON, one object a line',
  csv: 'CSV, for a spreadsheet',
  hookscope: 'Capture, exact, for another hookscope',
  har: 'HAR, for browsers and proxies',
  html: 'HTML page, to read and to print',
}

/** Files out, of what is shown and of today; and files in, by a choice here or dropped on the page. */
export function ExportMenu() {
  listVersion.value
  useImportByDrop()
  const isSearch = queryText.value.trim() !== ''
  const canExport = queryProblem.value === null && list.total > 0
  const formats = (heading: string): MenuItem[] =>
    exportFormats.map((format, index) => ({
      ...(index === 0 && { heading }),
      label: `${formatLabels[format]}…`,
      icon: <Download size={14} aria-hidden="true" />,
      onSelect: () => void askAboutMatching(format),
    }))
  const items: MenuItem[] = [
    ...(canExport ? formats(isSearch ? 'Export all that match' : 'Export everything') : []),
    ...(canExport && !isSearch
      ? [
          {
            heading: 'Export today',
            label: 'Today, as CSV…',
            icon: <Download size={14} aria-hidden="true" />,
            onSelect: () => void askAboutMatching('csv', 'on:today'),
          },
          {
            label: 'Today, as a capture…',
            icon: <Download size={14} aria-hidden="true" />,
            onSelect: () => void askAboutMatching('hookscope', 'on:today'),
          },
        ]
      : []),
    {
      heading: 'Import',
      label: 'Import a capture, HAR or NDJSON…',
      icon: <Upload size={14} aria-hidden="true" />,
      onSelect: chooseFile,
    },
  ]
  return (
    <Menu
      label="Export and import"
      items={items}
      small
      variant="ghost"
      icon={<Download size={13} aria-hidden="true" />}
    >
      <span class="menu-word">Export</span>
    </Menu>
  )
}
