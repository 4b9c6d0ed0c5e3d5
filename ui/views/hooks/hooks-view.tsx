/** The hooks, with the console's own windows. */
export function HooksView() {
  return <h1>Hooks</h1>
}
