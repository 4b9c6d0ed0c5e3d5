import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { pathText } from '../../../core/text/json-steps.ts'
import {
  closedAtFirst,
  findNode,
  type JsonTree,
  parseJson,
  plainValue,
  prettyJson,
  sourceOf,
  stepsTo,
  visibleNodes,
} from '../../../core/text/json-tree.ts'

function parsed(text: string): JsonTree & { ok: true } {
  const tree = parseJson(text)
  if (!tree.ok) throw new Error(tree.problem.message)
  return tree
}

describe('a JSON body', () => {
  test('is what JSON.parse takes, and nothing else', () => {
    const piece = fc.constantFrom(
      '{',
      '}',
      '[',
      ']',
      ',',
      ':',
      '"a"',
      '"\\u00e9"',
      '1',
      '-0.5e+3',
      'true',
      'null',
      ' ',
      '\n',
      '0',
      '"',
      '\t',
      'x',
    )
    fc.assert(
      fc.property(
        fc.oneof(
          fc.json(),
          fc.array(piece, { maxLength: 12 }).map(parts => parts.join('')),
        ),
        text => {
          let right = true
          try {
            JSON.parse(text)
          } catch {
            right = false
          }
          expect(parseJson(text).ok).toBe(right)
        },
      ),
      { numRuns: 2_000 },
    )
  })

  test('printed prettily says the same', () => {
    fc.assert(
      fc.property(fc.json(), text => {
        expect(JSON.parse(prettyJson(parsed(text)))).toEqual(JSON.parse(text))
      }),
    )
  })

  test('prints as JSON.stringify indents it', () => {
    const event = { type: 'event', event_body: { object: { key: 'k', list: [1, [], {}] }, none: null }, end: true }
    expect(prettyJson(parsed(JSON.stringify(event)))).toBe(JSON.stringify(event, null, 2))
  })

  test('keeps every digit of a number', () => {
    const tree = parsed('{"refnum":12345678901234567890.10,"small":1E-400}')
    const source = (path: string) => sourceOf(tree, tree.nodes[findNode(tree, [path]) ?? 0] as never)
    expect(source('refnum')).toBe('12345678901234567890.10')
    expect(source('small')).toBe('1E-400')
  })

  test('gives every value its path, and finds it by that path', () => {
    const tree = parsed('{"event_body":{"object":{"key":"nf\\u00e9"},"odd name":[{"a":1},2]}}')
    const at = findNode(tree, ['event_body', 'object', 'key']) ?? -1
    expect(pathText(stepsTo(tree.nodes, at))).toBe('event_body.object.key')
    expect(plainValue(tree, tree.nodes[at] as never)).toBe('nfé')
    const deep = findNode(tree, ['event_body', 'odd name', 0, 'a']) ?? -1
    expect(pathText(stepsTo(tree.nodes, deep))).toBe('event_body["odd name"][0].a')
    expect(findNode(tree, ['event_body', 'nothing'])).toBeUndefined()
  })

  test('of duplicate names shows all and finds the last, as JSON.parse does', () => {
    const tree = parsed('{"a":1,"a":2}')
    expect(tree.nodes).toHaveLength(3)
    expect(sourceOf(tree, tree.nodes[findNode(tree, ['a']) ?? 0] as never)).toBe('2')
  })

  test('folds and unfolds', () => {
    const tree = parsed('{"a":{"b":[1,2]},"c":3}')
    expect(visibleNodes(tree.nodes, new Set())).toEqual([0, 1, 2, 3, 4, 5])
    expect(visibleNodes(tree.nodes, new Set([1]))).toEqual([0, 1, 5])
  })

  test.each([10_000, 200_000])('of %i nested brackets overflows nothing', depth => {
    const tree = parsed('['.repeat(depth) + ']'.repeat(depth))
    expect(tree.nodes).toHaveLength(depth)
    expect(visibleNodes(tree.nodes, closedAtFirst(tree.nodes)).length).toBeLessThan(30)
    expect(stepsTo(tree.nodes, 9_000)).toHaveLength(9_000)
    expect(JSON.stringify(prettyJson(tree)).length).toBeGreaterThan(depth)
  })
})

describe('a body that breaks', () => {
  test.each([
    ['{"a":1,}', 1, 8, 'a name in double quotes'],
    ['{"a":tru}', 1, 6, '“t” is not allowed here'],
    ['{\n  "a": [1 2]\n}', 2, 11, 'a comma or ]'],
    ['{"a" 1}', 1, 6, 'a colon'],
    ['{"a":1', 1, 7, 'The text ends'],
    ['{"a":"x', 1, 8, 'ends in the middle'],
    ['{"a":1} {', 1, 9, 'the end of the text'],
    ['\ufeff{}', 1, 1, 'byte order mark'],
    ['{"a":"\u0007"}', 1, 7, 'U+0007 must be escaped'],
    ['[1]]', 1, 4, 'the end of the text'],
    ['[1}', 1, 3, 'a comma or ]'],
    ['<html>', 1, 1, '“<” is not allowed here'],
    ['  ', 1, 1, 'only whitespace'],
    ["{'a':1}", 1, 2, "“'” is not allowed"],
  ])('%j says where and why', (text, line, column, words) => {
    const tree = parseJson(text)
    expect(tree.ok ? null : [tree.problem.line, tree.problem.column]).toEqual([line, column])
    expect(tree.ok ? '' : tree.problem.message).toContain(words)
  })
})
