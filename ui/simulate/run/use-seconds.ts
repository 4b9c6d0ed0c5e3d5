import { useEffect, useState } from 'preact/hooks'

/** The present, milliseconds since 1970; while `running` it moves often enough for a countdown. */
export function useSeconds(running: boolean, everyMs = 500): number {
  const [at, setAt] = useState(Date.now)
  useEffect(() => {
    if (!running) return
    const timer = setInterval(() => setAt(Date.now()), everyMs)
    return () => clearInterval(timer)
  }, [running, everyMs])
  return at
}
