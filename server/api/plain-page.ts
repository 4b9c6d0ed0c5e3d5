/** A page that needs no style sheet. Both texts are hookscope's own. */
export function plainPage(title: string, text: string): string {
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<meta name="color-scheme" content="light dark">
<title>${title} · hookscope</title>
<h1>${title}</h1>
<p>${text}</p>
</html>
`
}
