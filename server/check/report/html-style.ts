/** How the HTML report looks. */
export const reportStyle = `
.head { display: flex; gap: 28px; align-items: center; padding-bottom: 24px }
.head > div { min-width: 0 }
.head .eyebrow { color: var(--soft) }
.head h1 { font-size: 30px; line-height: 1.25; letter-spacing: -0.01em }
.head .target { font-size: 15px }
.gauge { flex: none; width: 116px; height: 116px }
.gauge .track { stroke: var(--line) }
.gauge .number { font: 600 34px system-ui, sans-serif; fill: var(--text) }
.gauge .of { font: 13px system-ui, sans-serif; fill: var(--soft) }
.ready .arc { stroke: var(--pass) } .ready h1 { color: var(--pass) }
.not-ready .arc { stroke: var(--fail) } .not-ready h1 { color: var(--fail) }
.ready-in-part .arc { stroke: var(--warn) } .ready-in-part h1 { color: var(--warn) }
.stopped .arc { stroke: var(--warn) } .stopped h1 { color: var(--warn) }
.card { background: var(--card); border: 1px solid var(--line); border-radius: 12px; padding: 18px 20px; margin-bottom: 20px }
.tally { display: flex; flex-wrap: wrap; gap: 8px; margin-top: 10px }
.chip.pass { color: var(--pass); background: var(--pass-bg) }
.chip.warn { color: var(--warn); background: var(--warn-bg) }
.chip.fail { color: var(--fail); background: var(--fail-bg) }
.chip.told { color: var(--told); background: var(--told-bg) }
.chip.skipped { color: var(--skipped); background: var(--skipped-bg) }
.chip.unknown { color: var(--unknown); background: var(--unknown-bg) }
.open li + li { margin-top: 10px }
.examined { font-weight: 600 }
h2 { font-size: 19px; margin: 36px 0 10px; display: flex; justify-content: space-between; gap: 16px; align-items: baseline }
h2 small { font-size: 14px; font-weight: 400; color: var(--soft); white-space: nowrap }
.fixes li { display: grid; grid-template-columns: 96px 1fr; align-items: start; justify-items: start; gap: 12px; padding: 10px 0; border-top: 1px solid var(--line) }
.fixes li:first-child { border-top: 0; padding-top: 0 }
.fixes li:last-child { padding-bottom: 0 }
.fixes li > div { min-width: 0; overflow-wrap: anywhere }
.fixes a { font-weight: 600 }
.places { color: var(--soft); font-size: 0.9em }
.finding { border: 1px solid var(--line); border-radius: 10px; background: var(--card); margin-bottom: 8px }
.finding.fail { border-left: 4px solid var(--fail) }
.finding.warn { border-left: 4px solid var(--warn) }
.finding.unknown { border-left: 4px solid var(--unknown) }
.finding > summary {
  display: grid; grid-template-columns: 96px 1fr 12px; gap: 12px; align-items: start; justify-items: start; padding: 11px 16px;
  cursor: pointer; list-style: none;
}
.finding > summary::after {
  content: ""; width: 8px; height: 8px; margin-top: 6px; border: solid var(--soft); border-width: 0 2px 2px 0; transform: rotate(45deg);
}
.finding[open] > summary::after { margin-top: 10px; transform: rotate(225deg) }
.finding.skipped { background: none }
.finding.skipped > summary { padding-block: 5px }
.finding.skipped h3, .finding.skipped .sentence { display: inline; font-size: 14px; font-weight: 400; color: var(--soft) }
.finding > summary::-webkit-details-marker { display: none }
.finding > summary:hover { background: color-mix(in srgb, var(--code) 60%, transparent); border-radius: 10px }
.finding h3 { font-size: 15px; font-weight: 600 }
.finding .sentence { color: var(--soft); overflow-wrap: anywhere }
.finding.fail .sentence, .finding.warn .sentence, .finding.unknown .sentence { color: inherit }
.inside { padding: 2px 16px 16px 124px; display: grid; gap: 12px; min-width: 0 }
.inside > * { min-width: 0 }
.inside h4 { margin: 0; font-size: 13px; color: var(--soft); font-weight: 600 }
.tag { font-size: 13px; color: var(--soft) }
.codes details, .exchange { border: 1px solid var(--line); border-radius: 8px; margin-top: 6px; background: var(--card) }
.codes summary, .exchange summary { padding: 5px 12px; cursor: pointer; overflow-wrap: anywhere }
pre { border-radius: 0 0 8px 8px }
.sides { display: grid; grid-template-columns: 1fr 1fr; border-top: 1px solid var(--line) }
.sides > div { min-width: 0 }
.sides > div + div { border-left: 1px solid var(--line) }
.sides h5 { margin: 0; padding: 6px 12px 0; font-size: 12px; color: var(--soft); font-weight: 600; background: var(--code) }
.sides pre { border-radius: 0; height: 100% }
.exchange { overflow: hidden }
footer { margin-top: 40px; display: grid; gap: 6px }
@media (max-width: 640px) {
  .head { align-items: flex-start; gap: 16px }
  .head h1 { font-size: 22px }
  .gauge { width: 76px; height: 76px }
  .fixes li { grid-template-columns: 1fr; gap: 4px }
  .finding > summary { grid-template-columns: 1fr 12px; gap: 4px }
  .finding > summary > div { grid-row: 2; grid-column: 1 / 3 }
  .inside { padding-left: 16px }
  .sides { grid-template-columns: 1fr }
  .sides > div + div { border-left: 0; border-top: 1px solid var(--line) }
  h2 { flex-wrap: wrap; gap: 0 16px }
}
@media print {
  .finding > summary::after { content: none }
  .finding, .fixes li { break-inside: avoid }
  .finding.fail, .finding.warn { break-inside: auto }
  .finding > summary, pre { break-inside: avoid }
  h2 { break-after: avoid }
  .finding.fail details::details-content, .finding.warn details::details-content { content-visibility: visible; block-size: auto }
}
`
