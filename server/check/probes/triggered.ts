/** When an event says that it was triggered. */

const pad = (value: number) => String(value).padStart(2, '0')

/** `event_triggered` as the gateway writes it. @param when local time */
function triggered(when: Date): string {
  const day = `${when.getFullYear()}-${pad(when.getMonth() + 1)}-${pad(when.getDate())}`
  return `${day} ${pad(when.getHours())}:${pad(when.getMinutes())}:${pad(when.getSeconds())}`
}

/** Changes `event_triggered`. @param ms since 1970 */
export const triggeredAt = (ms: number) => (json: Record<string, unknown>) => {
  json['event_triggered'] = triggered(new Date(ms))
}
