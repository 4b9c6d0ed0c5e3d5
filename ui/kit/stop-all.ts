/** @returns a function that calls all of these, each of which ends something */
export const stopAll = (stops: readonly (() => void)[]) => (): void => {
  for (const stop of stops) stop()
}
