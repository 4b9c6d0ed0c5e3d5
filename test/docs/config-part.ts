/** The reference of the config, from the settings' own table. */
import { configFields, expectation, knownNames } from '../../server/config/schema.ts'
import { type ConfigField, defaultPorts, defaults, optionName, variableName } from '../../server/config/settings.ts'
import { code, table } from './markdown.ts'

/** Known without a choice; null where a start decides, or nothing is set. */
const defaultOf: Readonly<Record<string, string>> = {
  port: String(defaultPorts.receiver),
  inspectorPort: String(defaultPorts.inspector),
  answer: defaults.answer,
  observe: String(defaults.observe),
  twoFactor: String(defaults.twoFactor),
  forwardAll: String(defaults.forwardAll),
  forwardUnsubscribed: String(defaults.forwardUnsubscribed),
  timeout: '45s',
  retry: '30s',
  insecure: 'false',
  tunnel: defaults.tunnel,
  'retention.count': String(defaults.retention.count),
  'retention.days': String(defaults.retention.days),
  'retention.bytes': String(defaults.retention.bytes),
  'limits.bodyBytes': String(defaults.limits.bodyBytes),
}

/** Those that only a file can hold. */
const fileOnly: readonly string[] = ['retention', 'limits', 'routes']

function rowOf(field: ConfigField): string[][] {
  const row = (path: string, ...beside: string[]) => [
    code(path),
    expectation(path),
    ...beside,
    defaultOf[path] === undefined ? '' : code(defaultOf[path]),
  ]
  if (!fileOnly.includes(field)) return [row(field, code(optionName(field)), code(variableName(field)))]
  const list = field === 'routes' ? '[]' : ''
  return knownNames(field).map(name => {
    const [path = '', ...rest] = row(`${field}.${name}`, '', '')
    return [list === '' ? path : code(`${field}[].${name}`), ...rest]
  })
}

export const configPart = (): string =>
  table(['field', 'should be', 'option', 'environment variable', 'default'], configFields.flatMap(rowOf))
