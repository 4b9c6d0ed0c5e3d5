/** One list of words that must not come back, for every text that a person can see. */
import { expect, it } from 'vitest'
import { documentedCommands, helpOf } from './help.ts'
import { pages, textOf } from './pages.ts'
import { formerWordsIn, textsIn, visibleTexts } from './words.ts'

/** Without code, comments and targets of links. */
const proseOf = (page: string) =>
  textOf(page)
    .replace(/```[\s\S]*?```/g, '')
    .replace(/<!--[\s\S]*?-->/g, '')
    .replace(/`[^`\n]*`/g, '')
    .replace(/\]\([^)]*\)/g, ']')

it.each(pages.filter(page => page !== 'CHANGELOG.md'))('%s says it in the words of today', page => {
  expect(formerWordsIn(proseOf(page))).toEqual([])
})

it.each(['core', 'server', 'cli', 'ui'])('what %s/ shows is in the words of today', side => {
  const texts = visibleTexts(side)
  expect(texts.length).toBeGreaterThan(300)
  expect(texts.filter(({ text }) => formerWordsIn(text).length > 0)).toEqual([])
})

it.each(documentedCommands().map(({ words }) => words))('hookscope %s --help is, too', words => {
  expect(formerWordsIn(helpOf(words))).toEqual([])
})

it.each<[text: string, former: string[]]>([
  ['The signature is that of the same JSON without blanks.', ['blanks']],
  ['Forwarding is paused: p goes on', ['goes on']],
  ['answered on trial, told of the weather', ['on trial', 'told', 'weather']],
  ['try 2, the next try, in 3 tries', ['next try', '3 tries']],
  ['mended, rehearsed and taken back', ['mended', 'rehearsed', 'taken back']],
  ['The signature that came', ['signature that came']],
  ['Recommended: try again on the trial account', []],
])('%s', (text, former) => expect(formerWordsIn(text)).toEqual(former))

it('finds text wherever a source file can hold it', () => {
  const source = `
    import { x } from './on trial.ts'
    // on trial
    const [plain, made, sql] = ['one string', \`two \${x} strings\`, 'SELECT journey FROM weather']
    const view = <p title="a title">text of <b>Elements</b></p>`
  expect(textsIn('view.tsx', source)).toEqual(['one string', 'two … strings', 'a title', 'text of', 'Elements'])
})
