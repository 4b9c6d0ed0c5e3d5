/** A header line as a person types it, `Name: value`, and what may not be set by one. */
import { clip, printable } from '../text/text.ts'
import { type HeaderList, typedValue } from './headers.ts'
import { isSetWhenSent } from './marks.ts'

/** The line as it goes out, or what is wrong with it. */
export type ReadHeaderLine =
  | { readonly ok: true; readonly line: HeaderList[number] }
  | { readonly ok: false; readonly message: string; readonly hint: string }

const token = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/
const fieldValue = /^[\t\x20-\x7e\x80-\xff]*$/
const example = "Such as --header 'X-Env: test'."

/** The value is never shown: it may be a key. */
export function readHeaderLine(text: string): ReadHeaderLine {
  const colon = text.indexOf(':')
  if (colon < 1) return { ok: false, message: 'A header is a name, a colon and a value.', hint: example }
  return headerLine(text.slice(0, colon).trim(), text.slice(colon + 1).trim())
}

/** A name and a value as a line that every delivery may be sent with. */
export function headerLine(name: string, value: string): ReadHeaderLine {
  const shown = clip(printable(name), 100)
  if (!token.test(name))
    return {
      ok: false,
      message: `“${shown}” is not a header name.`,
      hint: `Letters, digits and hyphens make one. ${example}`,
    }
  if (isSetWhenSent(name))
    return {
      ok: false,
      message: `${shown} cannot be added: hookscope writes it itself.`,
      hint:
        name.toLowerCase() === 'host'
          ? 'A route in the config file may have a host.'
          : 'It says how the request is sent. Name another header.',
    }
  const written = typedValue(value)
  if (!fieldValue.test(written))
    return {
      ok: false,
      message: `The value of ${shown} has characters that a header cannot contain.`,
      hint: 'Use printable characters, on one line.',
    }
  return { ok: true, line: [name, written] }
}
