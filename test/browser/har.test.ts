/**
 * A HAR of hookscope in a reader that is not ours: Playwright answers a page out of it by method, exact URL and exact body,
 * and among equals by the headers. So a status that comes back says that all of these came out as they were.
 */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { launchBrowser } from '../helpers/browser.ts'
import { emptyFolder } from '../helpers/command.ts'
import { arrival } from '../helpers/deliveries.ts'
import { openDoor } from '../server/api/door.ts'

const json = '{ "amount":10.00,\n\t"name":"Zo\u00eb \u2713", "id":12345678901234567890, "slash":"\\/" }'
const form = 'a=1+2&b=%C3%A9&a=&c'

it('gives another reader bodies, queries and headers as they were', async () => {
  const door = await openDoor()
  const browser = await launchBrowser()
  try {
    const type = ['Content-Type', 'application/json'] as const
    const ids = await door.add(
      arrival({ path: '/in/x?a=%20b&a=c+d&e', body: json, status: 201, headers: [type, ['X-Part', 'one']] }),
      arrival({ path: '/in/x?a=%20b&a=c+d&e', body: json, status: 202, headers: [type, ['X-Part', 'two']] }),
      arrival({
        path: '/in/x',
        body: form,
        status: 203,
        headers: [['Content-Type', 'application/x-www-form-urlencoded']],
      }),
      arrival({ path: '/in/x', body: json.replaceAll(/\s/g, ''), status: 207, headers: [type] }),
    )
    const { text } = await door.call(`/api/deliveries/export?format=har&ids=${ids.join(',')}`)
    const file = join(emptyFolder(), 'day.har')
    writeFileSync(file, text)
    const page = await browser.newPage()
    await page.routeFromHAR(file, { url: '**/in/**' })
    await page.route('https://hookscope.invalid/', route => route.fulfill({ contentType: 'text/html', body: 'here' }))
    await page.goto('https://hookscope.invalid/')
    const statusOf = (path: string, body: string, headers: Record<string, string>) =>
      page.evaluate(
        async ([path, body, headers]) =>
          fetch(path, { method: 'POST', body, headers }).then(
            ({ status }) => status,
            () => 'no such entry',
          ),
        [path, body, headers] as const,
      )
    const jsonType = { 'Content-Type': 'application/json' }
    expect([
      await statusOf('/in/x?a=%20b&a=c+d&e', json, { ...jsonType, 'X-Part': 'one' }),
      await statusOf('/in/x?a=%20b&a=c+d&e', json, { ...jsonType, 'X-Part': 'two' }),
      await statusOf('/in/x', form, { 'Content-Type': 'application/x-www-form-urlencoded' }),
      await statusOf('/in/x', json.replaceAll(/\s/g, ''), jsonType),
      // The reader tells bodies and queries apart.
      await statusOf('/in/x', json, jsonType),
      await statusOf('/in/x?a=+b&a=c+d&e', json, jsonType),
    ]).toEqual([201, 202, 203, 207, 'no such entry', 'no such entry'])
  } finally {
    await browser.close()
    await door.close()
  }
})
