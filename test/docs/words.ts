/** Words that the project says otherwise, in one list, and every text that a person can see, in one place. */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import ts from 'typescript'
import { root } from './pages.ts'

/** Each with what is said in its place. Published names (options, JSON fields, routes, codes) are no prose, and stay. */
const formerWords: readonly (readonly [former: RegExp, now: string])[] = [
  [/rehears\w*|on trial/, 'mock response'],
  [/weather|befall\w*/, 'fault'],
  [/journeys?/, 'scenario, or related events'],
  [/told/, 'info, or says'],
  [/mend(?:s|ed|ing)?/, 'fix'],
  [/blanks?|white space/, 'whitespace'],
  [/anew/, 'again, or re-serialize'],
  [/hurry|hurried|tried now/, 'send now'],
  [/given up|cancelled/, 'canceled'],
  [/takes?(?: \S+)? back|taken back/, 'reset, or reverse'],
  [/go(?:es)? on/, 'continue, or resume'],
  [/mails/, 'e-mail addresses'],
  [/let(?:s)? go of/, 'remove'],
  [/(?:a|another|each|every|first|last|next|no|this) try|tries (?:of|in)|\d tries/, 'attempt'],
  [
    /as (?:it|they) came|what came|(?:body|signature|header|bytes|delivery|deliveries|events?) (?:that )?came/,
    'received',
  ],
  [/cannot be told|nothing could be asked/, 'unknown, or not tested'],
  [/half-way|time-outs?|recognis\w+|behaviour|colour/, 'the American spelling'],
]

const pattern = new RegExp(`\\b(?:${formerWords.map(([{ source }]) => source).join('|')})\\b`, 'gi')

/** The words of a text that are said otherwise now. */
export const formerWordsIn = (text: string): string[] => [...text.matchAll(pattern)].map(([word]) => word)

/** SQL, styles, routes and lists of what servers say are no prose: they keep the names of columns, classes and answers. */
const isCode = (text: string) =>
  /\b(?:SELECT|INSERT|UPDATE|DELETE|CREATE|ALTER|FROM|WHERE|CASE WHEN)\b|\b\w\.\w+, \w\.\w+|\{ --\w|^[.\w][\w .>:-]*\{ [a-z-]+: [^{}]+\}|\w\|\w[^|]*\||^(?:GET|POST|PUT|DELETE) \/api\//.test(
    text,
  )

/** Every literal of a source file that is more than a name: strings, templates and the text of elements. */
export function textsIn(path: string, source: string): string[] {
  const file = ts.createSourceFile(path, source, ts.ScriptTarget.Latest, true)
  const found: string[] = []
  const visit = (node: ts.Node): void => {
    if (ts.isImportDeclaration(node) || ts.isExportDeclaration(node)) return
    if (ts.isTemplateExpression(node))
      found.push([node.head.text, ...node.templateSpans.map(span => span.literal.text)].join('…'))
    else if (ts.isStringLiteralLike(node) || ts.isJsxText(node)) found.push(node.text)
    ts.forEachChild(node, visit)
  }
  visit(file)
  return found
    .map(text => text.replace(/\s+/g, ' ').trim())
    .filter(text => (/\S \S/.test(text) || /^[A-Z][a-z]+$/.test(text)) && !isCode(text))
}

/** Each text of a side of the program, with its file. @param side a folder at the root */
export const visibleTexts = (side: string): { readonly path: string; readonly text: string }[] =>
  readdirSync(join(root, side), { recursive: true, encoding: 'utf8' })
    .map(path => `${side}/${path.replaceAll('\\', '/')}`)
    .filter(path => /\.tsx?$/.test(path))
    .flatMap(path => textsIn(path, readFileSync(join(root, path), 'utf8')).map(text => ({ path, text })))
