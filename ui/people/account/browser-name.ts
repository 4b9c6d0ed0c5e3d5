/** What a browser is called, so that one knows which of one's own it is. */

const browsers = [
  ['Edge', /\bEdg(?:e|A|iOS)?\//],
  ['Opera', /\bOPR\//],
  ['Firefox', /\b(?:Firefox|FxiOS)\//],
  ['Chrome', /\b(?:Chrome|CriOS|HeadlessChrome)\//],
  ['Safari', /\bSafari\//],
] as const

const systems = [
  ['Android', /\bAndroid\b/],
  ['iPhone', /\biPhone\b/],
  ['iPad', /\biPad\b/],
  ['Windows', /\bWindows\b/],
  ['macOS', /\bMac OS X\b/],
  ['Linux', /\bLinux\b/],
] as const

/** @param agent as the browser names itself; null: it did not. @returns `Firefox on Linux` */
export function browserName(agent: string | null): string {
  const of = (names: typeof browsers | typeof systems) => names.find(([, pattern]) => pattern.test(agent ?? ''))?.[0]
  const system = of(systems)
  return `${of(browsers) ?? 'Browser'}${system === undefined ? '' : ` on ${system}`}`
}
