/** How deliveries look as one HTML file. */
export const captureStyle = `
h1 { font-size: 24px; line-height: 1.3 }
h2 { font-size: 18px; line-height: 1.35; overflow-wrap: anywhere }
h3 { font-size: 13px; color: var(--soft); margin: 16px 0 4px }
article { background: var(--card); border: 1px solid var(--line); border-radius: 12px; padding: 18px 20px; margin-top: 20px; min-width: 0 }
.title { display: flex; gap: 12px; justify-content: space-between; align-items: flex-start; flex-wrap: wrap }
.title > div { min-width: 0; flex: 1 1 20rem }
.chip.verified { color: var(--pass); background: var(--pass-bg) }
.chip.rejected { color: var(--fail); background: var(--fail-bg) }
.chip.unchecked { color: var(--told); background: var(--told-bg) }
.facts { margin-top: 12px }
pre { border-radius: 8px }
footer { margin-top: 32px }
@media (max-width: 640px) {
  article { padding: 14px }
}
@media print {
  .title, .facts { break-inside: avoid }
  h2, h3 { break-after: avoid }
}
`
