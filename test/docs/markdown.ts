/** Text as Markdown that code hosts read alike. */

/** Words as code, also those that hold a bar. */
export const code = (text: string): string => `\`${text.replaceAll('|', '\\|')}\``

/** Outside of code, what Markdown or HTML would take for its own is text. */
const escaped = (cell: string): string =>
  cell
    .split(/(`[^`]*`)/)
    .map((piece, place) => (place % 2 === 1 ? piece : piece.replace(/[\\<>*|]/g, '\\$&')))
    .join('')

/** A table. Cells may hold code; everything else in them is text. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`
  return [line(head), `|${'---|'.repeat(head.length)}`, ...rows.map(cells => line(cells.map(escaped)))].join('\n')
}
