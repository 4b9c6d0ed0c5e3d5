/** How deliveries look as one HTML file: both colour schemes, any width, and on paper. */
export const captureStyle = `
:root {
  color-scheme: light dark;
  --bg: #f6f7f9; --card: #fff; --text: #1a1f29; --soft: #566072; --line: #dfe3ea; --code: #f1f3f7;
  --good: #14713d; --bad: #b3221c; --even: #41506a; --good-bg: #e3f5ea; --bad-bg: #fdeae8; --even-bg: #e9eef7;
}
@media (prefers-color-scheme: dark) {
  :root {
    --bg: #12151b; --card: #1a1f28; --text: #e6e9ef; --soft: #a0aabb; --line: #2d3441; --code: #141922;
    --good: #6ad49a; --bad: #ff9a92; --even: #b3c3e0; --good-bg: #15301f; --bad-bg: #3a1a18; --even-bg: #1f2a3d;
  }
}
*, *::before, *::after { box-sizing: border-box }
body {
  margin: 0 auto; padding: 32px 24px 64px; max-width: 960px; background: var(--bg); color: var(--text);
  font: 15px/1.55 system-ui, -apple-system, "Segoe UI", Roboto, sans-serif; font-variant-numeric: tabular-nums;
}
h1, h2, h3, p, dl, dd, ul { margin: 0; padding: 0 }
ul { list-style: none }
h1 { font-size: 24px; line-height: 1.3 }
h2 { font-size: 18px; line-height: 1.35; overflow-wrap: anywhere }
h3 { font-size: 13px; color: var(--soft); margin: 16px 0 4px }
code, pre { font: 13px/1.5 ui-monospace, SFMono-Regular, Menlo, Consolas, monospace }
code { overflow-wrap: anywhere }
.soft { color: var(--soft) }
article { background: var(--card); border: 1px solid var(--line); border-radius: 12px; padding: 18px 20px; margin-top: 20px; min-width: 0 }
.title { display: flex; gap: 12px; justify-content: space-between; align-items: flex-start; flex-wrap: wrap }
.title > div { min-width: 0; flex: 1 1 20rem }
.chip { padding: 1px 10px; border-radius: 99px; font-size: 13px; font-weight: 600; white-space: nowrap }
.chip.verified { color: var(--good); background: var(--good-bg) }
.chip.rejected { color: var(--bad); background: var(--bad-bg) }
.chip.unchecked { color: var(--even); background: var(--even-bg) }
.facts { display: grid; grid-template-columns: max-content 1fr; gap: 4px 20px; margin-top: 12px }
.facts dt { color: var(--soft) }
.facts dd { min-width: 0; overflow-wrap: anywhere }
pre { margin: 0; padding: 10px 12px; background: var(--code); border-radius: 8px; white-space: pre-wrap; overflow-wrap: anywhere; tab-size: 2 }
footer { margin-top: 32px; color: var(--soft); font-size: 13px }
@media (max-width: 640px) {
  body { padding: 20px 14px 40px }
  article { padding: 14px }
  .facts { grid-template-columns: 1fr; gap: 0 }
  .facts dd { margin-bottom: 6px }
}
@media print {
  :root {
    color-scheme: light;
    --bg: #fff; --card: #fff; --text: #000; --soft: #444; --line: #ccc; --code: #f6f6f6;
    --good: #14713d; --bad: #b3221c; --even: #41506a; --good-bg: #fff; --bad-bg: #fff; --even-bg: #fff;
  }
  body { max-width: none; padding: 0; font-size: 11pt }
  .chip { border: 1px solid currentColor }
  .title, .facts { break-inside: avoid }
  h2, h3 { break-after: avoid }
}
`
