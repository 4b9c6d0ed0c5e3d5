/** Whether an event is one of those that a route names. Apart from how the names are read, which fewer need. */

/** `cardupdate.` and `cau.` begin the same events. */
export const usualType = (text: string): string => text.replace(/^cardupdate\./, 'cau.')

/** Whether a pattern in its usual spelling (`ach.*`, `*`, a type) fits a type. */
export const isLike = (pattern: string, type: string): boolean =>
  pattern === '*' || (pattern.endsWith('.*') ? type.startsWith(pattern.slice(0, -1)) : type === pattern)

/** @param type the event's type in either spelling; null when the body names none: then `*` alone fits */
export const fitsEvents = (patterns: readonly string[], type: string | null): boolean =>
  patterns.some(pattern => pattern === '*' || (type !== null && isLike(pattern, usualType(type))))
