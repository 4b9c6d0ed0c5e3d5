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
  orjson: { from: -5, below: 16, exponent: (mantissa, exponent) => `${mantissa}e${signed(exponent, 1)}` },
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

/** A number as decimal types hold it: all of its digits, and how many of them stand behind the point. */
function decimalOf(text: string): { sign: string; digits: string; scale: number } {
  const [, sign = '', whole = '', fraction = '', power = '0'] =
    /^(-?)(\d+)(?:\.(\d+))?(?:e([-+]?\d+))?$/i.exec(text) ?? []
  const digits = `${whole}${fraction}`.replace(/^0+(?=.)/, '')
  return { sign: digits === '' || /^0+$/.test(digits) ? '' : sign, digits, scale: fraction.length - Number(power) }
}

/** Java's BigDecimal.toString. */
function printBigDecimal(text: string, isStripped: boolean): string {
  const { sign, digits: all, scale: before } = decimalOf(text)
  const digits = isStripped ? all.replace(/(?<=.)0+$/, '') : all
  const scale = isStripped && digits === '0' ? 0 : before - (all.length - digits.length)
  const exponent = digits.length - 1 - scale
  if (scale === 0) return sign + digits
  if (scale > 0 && exponent >= -6) {
    const padded = digits.padStart(scale + 1, '0')
    return `${sign}${padded.slice(0, -scale)}.${padded.slice(-scale)}`
  }
  const mantissa = digits.length === 1 ? digits : `${digits[0]}.${digits.slice(1)}`
  return `${sign}${mantissa}E${signed(exponent, 1)}`
}

/** Every digit and no exponent: PostgreSQL's numeric. */
function printNumeric(text: string): string {
  const { sign, digits, scale } = decimalOf(text)
  if (scale <= 0) return sign + (digits === '0' ? '0' : digits + '0'.repeat(-scale))
  const padded = digits.padStart(scale + 1, '0')
  return `${sign}${padded.slice(0, -scale)}.${padded.slice(-scale)}`
}

/** jq up to 1.6, which also prints long whole numbers in full. */
function printJq(value: number): string {
  const { sign, digits, exponent } = shortest(value)
  if (exponent > -5 && exponent < digits.length + 15) return sign + positional(digits, exponent).replace(/\.0$/, '')
  const mantissa = digits.length === 1 ? digits : `${digits[0]}.${digits.slice(1)}`
  return `${sign}${mantissa}e${signed(exponent, 2)}`
}

/** C's %.15g. */
function printFifteen(value: number): string {
  const [mantissa = '', power = '0'] = value.toExponential(14).split('e')
  const exponent = Number(power)
  if (exponent >= -4 && exponent < 15) return String(Number(value.toPrecision(15)))
  return `${mantissa.replace(/\.?0+$/, '')}e${signed(exponent, 2)}`
}

const phpFloats = finite((text, value) => (!isFloat(text) && fitsInt64(text) ? text : printFloat(value, styles.php)))

/** JavaScript, and Go where every number is a float64, apart from minus zero. */
export const javaScriptNumbers = finite((_, value) => String(value))
export const goNumbers = finite((_, value) => (Object.is(value, -0) ? '-0' : String(value)))
export const pythonNumbers = floatsOnly(styles.python)
export const orjsonNumbers = floatsOnly(styles.orjson)
export const rubyNumbers = floatsOnly(styles.ruby)
export const javaNumbers = floatsOnly(styles.java)
/** Whole numbers beyond 64 bits become floats; floats lose a fraction of zero, unless told to preserve it. */
export const phpNumbers: NumberWriter = text => phpFloats(text).replace(/\.0$/, '')
export const phpZeroFractions = phpFloats
/** Everything as a float: Python's parse_int=float; Gson without types. */
export const pythonFloats = finite((_, value) => printFloat(value, styles.python))
export const javaFloats = finite((_, value) => printFloat(value, styles.java))
/** Jackson with big decimals, in a map as they are, in a tree without zeros at the end. */
export const bigDecimals = finite(text => (isFloat(text) ? printBigDecimal(text, false) : text))
export const strippedBigDecimals = finite(text => (isFloat(text) ? printBigDecimal(text, true) : text))
export const numericNumbers = finite(printNumeric)
export const jqNumbers = finite((_, value) => printJq(value))
export const perlNumbers = finite((text, value) => (isFloat(text) ? printFifteen(value) : text))
export const numbersAsTheyStand: NumberWriter = text => text

/** Any way, the likelier ones first. */
export const numberWriters: readonly NumberWriter[] = [
  numbersAsTheyStand,
  javaScriptNumbers,
  goNumbers,
  pythonNumbers,
  rubyNumbers,
  javaNumbers,
  phpNumbers,
  phpZeroFractions,
  pythonFloats,
  javaFloats,
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
