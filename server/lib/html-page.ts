/**
 * What every HTML file that hookscope hands out has in common. Nothing is loaded from anywhere and nothing runs in it, so that
 * what a stranger wrote can do no harm; both colour schemes, any width, and paper.
 */
import { createHash } from 'node:crypto'
import { raw } from 'hono/html'
import type { HtmlEscapedString } from 'hono/utils/html'
import { markup } from './markup.ts'

const commonStyle = `
:root {
  color-scheme: light dark;
  --bg: #f6f7f9; --card: #fff; --text: #1a1f29; --soft: #566072; --line: #dfe3ea; --code: #f1f3f7; --link: #1f55c4;
  --pass: #14713d; --warn: #8a5300; --fail: #b3221c; --told: #41506a; --skipped: #566072; --unknown: #6b3fa6;
  --pass-bg: #e3f5ea; --warn-bg: #fdf1d8; --fail-bg: #fdeae8; --told-bg: #e9eef7; --skipped-bg: #eef0f4; --unknown-bg: #f1eafa;
}
@media (prefers-color-scheme: dark) {
  :root {
    --bg: #12151b; --card: #1a1f28; --text: #e6e9ef; --soft: #a0aabb; --line: #2d3441; --code: #141922; --link: #8ab4ff;
    --pass: #6ad49a; --warn: #f0bd64; --fail: #ff9a92; --told: #b3c3e0; --skipped: #a0aabb; --unknown: #cdb0f5;
    --pass-bg: #15301f; --warn-bg: #33260d; --fail-bg: #3a1a18; --told-bg: #1f2a3d; --skipped-bg: #242a35; --unknown-bg: #2b2140;
  }
}
*, *::before, *::after { box-sizing: border-box }
body {
  margin: 0 auto; padding: 32px 24px 64px; max-width: 960px; background: var(--bg); color: var(--text);
  font: 15px/1.55 system-ui, -apple-system, "Segoe UI", Roboto, sans-serif; font-variant-numeric: tabular-nums;
}
h1, h2, h3, p, dl, dd, ol, ul, figure { margin: 0; padding: 0 }
ol, ul { list-style: none }
a { color: var(--link) }
:focus-visible { outline: 2px solid var(--link); outline-offset: 2px; border-radius: 4px }
code, pre { font: 13px/1.5 ui-monospace, SFMono-Regular, Menlo, Consolas, monospace }
code { overflow-wrap: anywhere }
pre { margin: 0; padding: 10px 12px; background: var(--code); white-space: pre-wrap; overflow-wrap: anywhere; tab-size: 2 }
.soft { color: var(--soft) }
.chip { display: inline-block; padding: 1px 10px; border-radius: 99px; font-size: 13px; font-weight: 600; white-space: nowrap }
.facts { display: grid; grid-template-columns: max-content 1fr; gap: 4px 20px }
.facts dt { color: var(--soft) }
.facts dd { min-width: 0; overflow-wrap: anywhere }
footer { color: var(--soft); font-size: 13px }
@media (max-width: 640px) {
  body { padding: 20px 14px 40px }
  .facts { grid-template-columns: 1fr; gap: 0 }
  .facts dd { margin-bottom: 6px }
}
@media print {
  :root {
    color-scheme: light;
    --bg: #fff; --card: #fff; --text: #000; --soft: #444; --line: #ccc; --code: #f6f6f6; --link: #000;
    --pass: #14713d; --warn: #8a5300; --fail: #b3221c; --told: #41506a; --skipped: #566072; --unknown: #6b3fa6;
    --pass-bg: #fff; --warn-bg: #fff; --fail-bg: #fff; --told-bg: #fff; --skipped-bg: #fff; --unknown-bg: #fff;
  }
  body { max-width: none; padding: 0; font-size: 11pt }
  .chip { border: 1px solid currentColor }
}
`

/**
 * An HTML file up to its body.
 * @param ownStyle CSS, after what all files have
 * @param version of the hookscope that says what is in it
 */
export function pageStart(title: string, ownStyle: string, version: string): HtmlEscapedString {
  const style = commonStyle + ownStyle
  const hash = createHash('sha256').update(style).digest('base64')
  const policy = `default-src 'none'; style-src 'sha256-${hash}'; base-uri 'none'; form-action 'none'`
  return markup`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="referrer" content="no-referrer">
<meta name="generator" content="hookscope ${version}">
<title>${title}</title>
<style>${raw(style)}</style>
</head>
<body>
`
}

/** ISO 8601 as people read it, to the minute or to the second. */
export const shownTime = (instant: string, to: 'minute' | 'second'): HtmlEscapedString =>
  markup`<time datetime="${instant}">${instant.slice(0, to === 'minute' ? 16 : 19).replace('T', ' ')} UTC</time>`
