/** Amounts as people read them. */

/** A decimal text as money: "500.00" → "$500.00", "-1234.5" → "−$1,234.50"; other texts stay as they are. */
export function money(text: string): string {
  const parts = /^(-?)(\d+)(?:\.(\d+))?$/.exec(text)
  if (!parts) return text
  const [, sign = '', whole = '', fraction = ''] = parts
  const grouped = whole.replace(/^0+(?=\d)/, '').replace(/\B(?=(\d{3})+$)/g, ',')
  return `${sign && '−'}$${grouped}.${fraction.padEnd(2, '0')}`
}

/** A text of cents without a point, as settlements have it: "617799" → "$6,177.99". */
export function moneyFromCents(text: string): string {
  if (!/^\d+$/.test(text)) return text
  const padded = text.padStart(3, '0')
  return money(`${padded.slice(0, -2)}.${padded.slice(-2)}`)
}
