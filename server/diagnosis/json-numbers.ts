/** How JSON writers print numbers after they have been through a floating point number. */

/** A number as it stands in a document to the same number written otherwise. */
export type NumberWriter = (text: string) => string

/** The shortest digits that read back as the same number, and the power of ten of the first. */
function shortest(value: number): { sign: string; digits: string; exponent: number } {
  const [mantissa = '', exponent = '0'] = Math.abs(value).toExponential().split('e')
  return {
    sign: value < 0 || Object.is(value, -0) ? '-' : '',
    digits: mantissa.replace('.', ''),
    exponent: Number(exponent),
  }
}

/** Digits with the point where it belongs, and `.0` after a whole number. */
function positional(digits: string, exponent: number): string {
  if (exponent < 0) return `0.${'0'.repeat(-exponent - 1)}${digits}`
  const whole = digits.slice(0, exponent + 1).padEnd(exponent + 1, '0')
  return `${whole}.${digits.slice(exponent + 1) || '0'}`
}

interface FloatStyle {
  /** Exponents from here on are written with a point; below and above with an exponent. */
  readonly from: number
  readonly below: number
  readonly exponent: (mantissa: string, exponent: number) => string
}

const signed = (exponent: number, width: number) =>
  `${exponent < 0 ? '-' : '+'}${String(Math.abs(exponent)).padStart(width, '0')}`
const withPoint = (mantissa: string) => (mantissa.includes('.') ? mantissa : `${mantissa}.0`)

const styles = {
  python: { from: -4, below: 16, exponent: (mantissa, exponent) => `${mantissa}e${signed(exponent, 2)}` },
  ruby: { from: -4, below: 16, exponent: (mantissa, exponent) => `${withPoint(mantissa)}e${signed(exponent, 2)}` },
  php: { from: -4, below: 17, exponent: (mantissa, exponent) => `${withPoint(mantissa)}e${signed(exponent, 1)}` },
  java: { from: -3, below: 7, exponent: (mantissa, exponent) => `${withPoint(mantissa)}E${exponent}` },
} as const satisfies Record<string, FloatStyle>

function printFloat(value: number, style: FloatStyle): string {
  const { sign, digits, exponent } = shortest(value)
  if (value === 0 || (exponent >= style.from && exponent < style.below)) return sign + positional(digits, exponent)
  const mantissa = digits.length === 1 ? digits : `${digits[0]}.${digits.slice(1)}`
  return sign + style.exponent(mantissa, exponent)
}

const isFloat = (text: string) => /[.eE]/.test(text)
const fitsInt64 = (text: string) => BigInt.asIntN(64, BigInt(text)) === BigInt(text)
/** Numbers that become infinite or enormous are left alone: no writer prints them as JSON. */
const finite =
  (print: (text: string, value: number) => string): NumberWriter =>
  text => {
    const value = Number(text)
    return text.length > 400 || !Number.isFinite(value) ? text : print(text, value)
  }
/** Whole numbers stay what they are, digit by digit. */
const floatsOnly = (style: FloatStyle) =>
  finite((text, value) => (isFloat(text) ? printFloat(value, style) : text === '-0' ? '0' : text))

/** JavaScript, and Go where every number is a float64. */
export const javaScriptNumbers = finite((_, value) => String(value))

/** The first leaves everything as it is. */
export const numberWriters: readonly NumberWriter[] = [
  text => text,
  javaScriptNumbers,
  finite((_, value) => (Object.is(value, -0) ? '-0' : String(value))),
  floatsOnly(styles.python),
  floatsOnly(styles.ruby),
  floatsOnly(styles.java),
  // PHP: whole numbers beyond 64 bits become floats, and floats lose a fraction of zero
  finite((text, value) =>
    !isFloat(text) && fitsInt64(text) ? text : printFloat(value, styles.php).replace(/\.0$/, ''),
  ),
  finite((text, value) => (!isFloat(text) && fitsInt64(text) ? text : printFloat(value, styles.php))),
  // Everything as a float: Python's parse_int=float, Gson without types
  finite((_, value) => printFloat(value, styles.python)),
  finite((_, value) => printFloat(value, styles.java)),
  // Money as a decimal: two places
  finite((text, value) => (/^-?\d+\.\d*$/.test(text) && Math.abs(value) < 1e15 ? twoPlaces(text) : text)),
  finite((text, value) => (/^-?\d+(?:\.\d*)?$/.test(text) && Math.abs(value) < 1e15 ? twoPlaces(text) : text)),
]

/** Only zeros are added or taken away, never a digit that counts. */
function twoPlaces(text: string): string {
  const [whole = '', fraction = ''] = text.split('.')
  const kept = fraction.replace(/0+$/, '')
  return kept.length > 2 ? text : `${whole}.${kept.padEnd(2, '0')}`
}
