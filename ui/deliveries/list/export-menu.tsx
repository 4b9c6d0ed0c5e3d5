import { Download, Upload, VenetianMask } from 'lucide-preact'
import { canAnonymize, type ExportFormat, exportFormats } from '../../../core/api/export-formats.ts'
import { whyNot } from '../../app/people.ts'
import { queryText } from '../../app/route.ts'
import { Menu, type MenuItem } from '../../kit/menu.tsx'
import { list, listVersion, queryProblem } from './deliveries.ts'
import { chooseFile, useImportByDrop } from './import-file.ts'
import { askAboutMatching, isAnonymized } from './matching.ts'

/** What a menu calls each format. */
const formatLabels: Readonly<Record<ExportFormat, string>> = {
  ndjson: 'NDJSON, one object a line',
  csv: 'CSV, for a spreadsheet',
  hookscope: 'Capture, exact, for another hookscope',
  har: 'HAR, for browsers and proxies',
  html: 'HTML page, to read and to print',
}

/** The choice of the export menus that holds for all formats. */
export const anonymizeItem = (): MenuItem => ({
  heading: 'Options',
  label: 'Anonymize',
  icon: <VenetianMask size={14} />,
  checked: isAnonymized.value,
  stays: true,
  onSelect: () => {
    isAnonymized.value = !isAnonymized.peek()
  },
})

/** The formats that can be exported as chosen. */
export const offeredFormats = (): readonly ExportFormat[] =>
  exportFormats.filter(format => (isAnonymized.value ? canAnonymize(format) : format !== 'hookscope' || mayHaveAll()))

/** A capture has everything as it came. */
const mayHaveAll = () => whyNot('GET /api/deliveries/export reveal') === null

/** What a menu calls a format, as chosen. */
export const formatLabel = (format: ExportFormat): string =>
  isAnonymized.value && format === 'hookscope' ? 'Capture, for another hookscope' : formatLabels[format]

/** Files out, of what is shown and of today; and files in, by a choice here or dropped on the page. */
export function ExportMenu() {
  listVersion.value
  useImportByDrop()
  const isSearch = queryText.value.trim() !== ''
  const canExport = queryProblem.value === null && list.total > 0
  const formats = (heading: string): MenuItem[] =>
    offeredFormats().map((format, index) => ({
      ...(index === 0 && { heading }),
      label: `${formatLabel(format)}…`,
      icon: <Download size={14} />,
      onSelect: () => void askAboutMatching(format),
    }))
  const items: MenuItem[] = [
    ...(canExport ? formats(isSearch ? 'Export all that match' : 'Export everything') : []),
    ...(canExport && !isSearch
      ? [
          ...(isAnonymized.value
            ? []
            : [
                {
                  heading: 'Export today',
                  label: 'Today, as CSV…',
                  icon: <Download size={14} />,
                  onSelect: () => void askAboutMatching('csv', 'on:today'),
                },
              ]),
          ...(isAnonymized.value || mayHaveAll()
            ? [
                {
                  ...(isAnonymized.value && { heading: 'Export today' }),
                  label: 'Today, as a capture…',
                  icon: <Download size={14} />,
                  onSelect: () => void askAboutMatching('hookscope', 'on:today'),
                },
              ]
            : []),
        ]
      : []),
    ...(canExport ? [anonymizeItem()] : []),
    ...(whyNot('POST /api/imports') === null
      ? [
          {
            heading: 'Import',
            label: 'Import a capture, HAR or NDJSON…',
            icon: <Upload size={14} />,
            onSelect: chooseFile,
          },
        ]
      : []),
  ]
  return (
    <Menu label="Export and import" items={items} small variant="ghost" icon={<Download size={13} />}>
      <span class="menu-word">Export</span>
    </Menu>
  )
}
