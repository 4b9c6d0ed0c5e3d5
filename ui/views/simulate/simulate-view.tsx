/** The gateway simulated: what to send, and how it fares. */
export function SimulateView() {
  return <h1>Simulate</h1>
}
