/** Set by the bundler (and by vitest) from package.json. */
declare const __HOOKSCOPE_VERSION__: string

export const version: string = __HOOKSCOPE_VERSION__
