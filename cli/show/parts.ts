/** What `hookscope show` prints instead of everything, each by the name of its option. */
export const shownParts = ['body', 'headers', 'curl'] as const
export type ShownPart = (typeof shownParts)[number]
