/** What `hookscope show` prints instead of everything, each by the name of its option. */
export const shownParts = ['body', 'headers', 'curl', 'fixture', 'html'] as const
export type ShownPart = (typeof shownParts)[number]

/** Whose quotes the curl command has. */
export const curlShells = ['sh', 'powershell', 'cmd'] as const
export type CurlShell = (typeof curlShells)[number]
