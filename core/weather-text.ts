/** Weather as people write it: `duplicates`, `slow=0.2,cut=5%`. */
import { nearest } from './nearest.ts'
import { type Weather, type WeatherKind, weathers } from './weather.ts'

const kinds: readonly WeatherKind[] = weathers.map(({ kind }) => kind)

type ParsedWeather =
  | { readonly ok: true; readonly weather: Weather }
  | { readonly ok: false; readonly message: string; readonly hint: string }

/** @returns a share from 0 to 1; undefined when it is none */
function shareOf(text: string): number | undefined {
  const [, digits = '', percent] = /^(\d{1,3}(?:\.\d{1,6})?|\.\d{1,6})(%)?$/.exec(text) ?? []
  if (digits === '') return undefined
  const share = Number(digits) / (percent === '%' ? 100 : 1)
  return share <= 1 ? share : undefined
}

/** @param text kinds, each with `=` and its share or alone for all, divided by commas */
export function parseWeather(text: string): ParsedWeather {
  const weather: Partial<Record<WeatherKind, number>> = {}
  for (const part of text.split(',').map(each => each.trim())) {
    const [typed = '', shareText] = part.split(/=(.*)/s)
    const kind = kinds.find(known => known === typed)
    if (kind === undefined) {
      const near = nearest(typed, kinds)
      const message = typed === '' ? 'A kind of weather is missing.' : `There is no weather "${typed}".`
      return {
        ok: false,
        message,
        hint: near === undefined ? `There is: ${kinds.join(', ')}.` : `Did you mean ${near}?`,
      }
    }
    if (kind in weather)
      return { ok: false, message: `The weather ${kind} is given twice.`, hint: 'Leave one of them out.' }
    const share = shareText === undefined ? 1 : shareOf(shareText.trim())
    if (share === undefined) {
      return {
        ok: false,
        message: `"${shareText}" is not a share of what is sent.`,
        hint: `Write a number from 0 to 1, or per cent: ${kind}=0.2 or ${kind}=20%. ${kind} alone befalls all.`,
      }
    }
    weather[kind] = share
  }
  return { ok: true, weather }
}
