/** What is opened when it is first asked for, and closed only when it was. */

export interface Lazy<Opened> {
  /** The same one every time. */
  get(): Opened
  /** null as long as nobody asked. */
  readonly opened: Opened | null
}

export function lazily<Opened>(open: () => Opened): Lazy<Opened> {
  let opened: { readonly it: Opened } | null = null
  return {
    get() {
      opened ??= { it: open() }
      return opened.it
    },
    get opened() {
      return opened?.it ?? null
    },
  }
}
