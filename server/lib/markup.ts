/** HTML whose values are escaped. */
import { html } from 'hono/html'
import type { HtmlEscapedString } from 'hono/utils/html'

/** Escapes every value. A promise only when a value is one, and here none is. */
export const markup = html as (strings: TemplateStringsArray, ...values: unknown[]) => HtmlEscapedString
