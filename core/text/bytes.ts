/** “512 B”, “4.1 KB”, “2 MB”: powers of 1024. */
export function byteSize(bytes: number): string {
  if (bytes < 1024) return `${bytes} B`
  const units = ['KB', 'MB', 'GB', 'TB']
  let value = bytes / 1024
  let unit = 0
  while (value >= 1024 && unit < units.length - 1) {
    value /= 1024
    unit += 1
  }
  return `${value.toFixed(value < 10 && value % 1 >= 0.05 ? 1 : 0)} ${units[unit] ?? ''}`
}
