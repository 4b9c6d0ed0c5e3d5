/** PostgreSQL's text holds neither NUL nor half a surrogate pair: what strangers send does. Bytes are kept in bytea as they came. */
const unstorable = /[\0\p{Cs}]/gu

/** A text as it can be kept. */
export const storable = (text: string): string => text.replace(unstorable, '\ufffd')

export const storableOrNull = (text: string | null): string | null => (text === null ? null : storable(text))
