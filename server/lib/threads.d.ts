/** A module with all that it imports, as the text that a worker thread runs; see `threads` in vite.server.config.ts. */
declare module '*?thread' {
  const source: string
  export default source
}
