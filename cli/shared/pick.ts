/** Some fields of an object. */
export const pick = <T, Name extends keyof T>(whole: T, names: readonly Name[]): Pick<T, Name> =>
  Object.fromEntries(names.map(name => [name, whole[name]])) as Pick<T, Name>
