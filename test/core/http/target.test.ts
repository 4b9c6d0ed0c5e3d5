import { describe, expect, it } from 'vitest'
import { readTarget } from '../../../core/http/target.ts'
import { splitRoutes } from '../../../core/routes/route-text.ts'

describe('a target', () => {
  it.each([
    ['http://localhost:3000/webhooks', 'http://localhost:3000/webhooks'],
    [' https://shop.example/in?a=b#part ', 'https://shop.example/in?a=b'],
    ['3000', 'http://localhost:3000/'],
    [':3000/x?a=b', 'http://localhost:3000/x?a=b'],
    ['3000?wc-api=usaepay', 'http://localhost:3000/?wc-api=usaepay'],
    ['localhost', 'http://localhost/'],
    ['localhost:3000/x', 'http://localhost:3000/x'],
    ['Shop.Localhost:8080', 'http://shop.localhost:8080/'],
    ['127.0.0.1:3000', 'http://127.0.0.1:3000/'],
    ['[::1]:3000/x', 'http://[::1]:3000/x'],
    ['0.0.0.0:3000', 'http://0.0.0.0:3000/'],
    ['192.168.1.20:3000', 'http://192.168.1.20:3000/'],
    ['10.0.0.7/x', 'http://10.0.0.7/x'],
    ['[fd12::1]:3000', 'http://[fd12::1]:3000/'],
    ['app:3000/hooks', 'http://app:3000/hooks'],
    ['shop.test/x', 'https://shop.test/x'],
    ['shop.example.com', 'https://shop.example.com/'],
    ['shop.example.com:8443/x', 'https://shop.example.com:8443/x'],
    ['172.32.0.1', 'https://172.32.0.1/'],
    ['shop.example/a@b', 'https://shop.example/a@b'],
  ])('%j is %s', (typed, href) => {
    const read = readTarget(typed)
    expect(read.ok ? read.url.href : read.message).toBe(href)
  })

  it.each([
    ['', 'is not a URL'],
    ['webhooks', 'is not a URL'],
    ['/webhooks', 'is not a URL'],
    ['//shop.example/x', 'is not a URL'],
    ['http:/localhost:3000', 'is not a URL'],
    ['http//localhost:3000', 'is not a URL'],
    ['C:\\hooks', 'is not a URL'],
    ['javascript:alert(1)', 'is not a URL'],
    ['::1', 'is not a URL'],
    ['70000', 'is not a valid URL'],
    ['http://', 'is not a valid URL'],
    ['localhost:0', 'has port 0'],
    ['ftp://shop.example', 'is neither http nor https'],
    ['http://user:secret@shop.example', 'a user name or a password'],
    ['user:secret@shop.example/x', 'is not a URL'],
  ])('%j is refused, and no password is shown', (typed, words) => {
    const read = readTarget(typed)
    if (read.ok) throw new Error(read.url.href)
    expect(read.message).toContain(words)
    expect(read.message).not.toContain('secret')
  })
})

it.each([
  ['http://a.example/ http://b.example/', ['http://a.example/', 'http://b.example/']],
  [' 3000,4000, localhost:5000 ', ['3000', '4000', 'localhost:5000']],
  ['http://a.example/?ids=1,2,http://b.example/?ids=3,', ['http://a.example/?ids=1,2', 'http://b.example/?ids=3']],
  ['', []],
])('%j is several targets', (text, targets) => expect(splitRoutes(text)).toEqual(targets))
