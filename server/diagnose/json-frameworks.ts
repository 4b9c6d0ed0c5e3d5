/** The JSON writers of languages and databases as they are: all that each changes at once, in the ways that it can be told to. */
import { type JsonChange, noChange, numberChange, orderChange, shapeChange, stringChange } from './json-changes.ts'
import { gatewayOrder } from './json-gateway-order.ts'
import * as layout from './json-layouts.ts'
import * as number from './json-numbers.ts'
import * as order from './json-orders.ts'
import { objectsAsArrays, withoutNulls } from './json-shapes.ts'
import * as string from './json-strings.ts'

export interface JsonFramework {
  /** One of each stage is applied after the other. */
  readonly stages: readonly (readonly JsonChange[])[]
  readonly layouts: readonly layout.Layout[]
}

const nullsLeftOut = shapeChange(withoutNulls, 'body-left-out-nulls')
const arraysMade = shapeChange(objectsAsArrays, 'body-objects-as-arrays')

function framework(options: {
  readonly strings: readonly string.StringWriter[]
  readonly numbers: readonly number.NumberWriter[]
  readonly orders?: readonly order.MemberOrder[]
  /** The other shape it may give; default none. */
  readonly shapes?: readonly JsonChange[]
  readonly layouts: readonly layout.Layout[]
}): JsonFramework {
  const { strings, numbers, orders = [order.onceEach], shapes = [], layouts } = options
  return {
    stages: [strings.map(stringChange), numbers.map(numberChange), orders.map(orderChange), [noChange, ...shapes]],
    layouts,
  }
}

const { compact, byTwo, byFour, byTab, spaced } = layout

/** The likelier ones first. */
export const jsonFrameworks: readonly JsonFramework[] = [
  // JSON.stringify
  framework({
    strings: [string.javaScriptStrings],
    numbers: [number.javaScriptNumbers],
    orders: [order.javaScriptOrder, order.unitOrder],
    shapes: [nullsLeftOut],
    layouts: [compact, byTwo, byFour, byTab],
  }),
  // json_encode(json_decode(…)), into arrays or objects
  framework({
    strings: [
      string.phpStrings,
      string.asciiStrings,
      string.phpUnicode,
      string.separatorStrings,
      string.javaScriptStrings,
      string.phpHex,
    ],
    numbers: [number.phpNumbers, number.phpZeroFractions],
    orders: [order.onceEach, order.outermostSorted, order.byteOrder],
    shapes: [arraysMade],
    layouts: [compact, byFour],
  }),
  // json.dumps
  framework({
    strings: [string.pythonStrings, string.javaScriptStrings],
    numbers: [number.pythonNumbers, number.bigDecimals],
    orders: [order.onceEach, order.byteOrder],
    layouts: [spaced, compact, byTwo, byFour],
  }),
  // orjson
  framework({
    strings: [string.javaScriptStrings],
    numbers: [number.orjsonNumbers],
    orders: [order.onceEach, order.byteOrder],
    layouts: [compact, byTwo],
  }),
  // encoding/json, into maps, with numbers as float64 or as they stand
  framework({
    strings: [string.goStrings, string.goPlainStrings, string.oldGoStrings, string.oldGoPlainStrings],
    numbers: [number.goNumbers, number.numbersAsTheyStand],
    orders: [order.byteOrder],
    layouts: [compact, byTwo, byTab, byFour],
  }),
  // JSON.generate and pretty_generate; Rails
  framework({
    strings: [string.javaScriptStrings, string.goStrings],
    numbers: [number.rubyNumbers],
    layouts: [compact, byTwo, layout.ruby],
  }),
  // Jackson, into trees and maps
  framework({
    strings: [string.jacksonStrings, string.javaStrings, string.jacksonAscii],
    numbers: [number.javaNumbers, number.bigDecimals, number.strippedBigDecimals],
    orders: [order.onceEach, order.unitOrder, order.outermostHashMap, order.hashMapOrder],
    shapes: [nullsLeftOut],
    layouts: [compact, layout.jackson],
  }),
  // Gson, into trees, and into maps of doubles
  framework({
    strings: [string.gsonStrings, string.gsonPlainStrings],
    numbers: [number.numbersAsTheyStand, number.javaFloats],
    shapes: [nullsLeftOut],
    layouts: [compact, byTwo],
  }),
  // System.Text.Json
  framework({
    strings: [string.dotnetStrings, string.javaScriptStrings],
    numbers: [number.numbersAsTheyStand],
    shapes: [nullsLeftOut],
    layouts: [compact, byTwo, layout.byTwoOnWindows],
  }),
  // jq
  framework({
    strings: [string.jqStrings, string.pythonStrings],
    numbers: [number.jqNumbers],
    orders: [order.onceEach, order.byteOrder],
    layouts: [byTwo, compact, byTab, byFour],
  }),
  // PostgreSQL's jsonb
  framework({
    strings: [string.javaScriptStrings],
    numbers: [number.numericNumbers],
    orders: [order.lengthOrder],
    layouts: [spaced, layout.jsonbPretty],
  }),
  // Perl's JSON::PP
  framework({
    strings: [string.javaScriptStrings, string.asciiStrings],
    numbers: [number.perlNumbers],
    orders: [order.byteOrder],
    layouts: [layout.perl, compact],
  }),
  // The gateway, where something on the way has sorted
  {
    stages: [
      [string.stringsAsTheyStand, string.javaScriptStrings, string.phpStrings, string.asciiStrings].map(stringChange),
      [gatewayOrder],
    ],
    layouts: [compact, byTwo, byFour],
  },
  // Something that writes the rest as it stands
  framework({
    strings: [string.stringsAsTheyStand],
    numbers: [number.numbersAsTheyStand],
    orders: [order.asTheyStand, order.outermostSorted, order.outermostHashMap],
    shapes: [nullsLeftOut, arraysMade],
    layouts: layout.layouts,
  }),
]
