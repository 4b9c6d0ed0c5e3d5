/** The machine's own time zone. */
export const localZone = (): string => Intl.DateTimeFormat().resolvedOptions().timeZone
