/** `hookscope verify` and `hookscope sign`: a body, a key, no listener. And the sentence in the terminal of one. */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { emptyFolder, runCommand, startListening } from '../../helpers/command.ts'
import { openGateway, signatureOf } from '../../helpers/gateway.ts'

const key = 'a-signature-key-9c1d'
const env = { HOOKSCOPE_SIGNATURE_KEY: key }
const body = '{"type":"event","uri":"a/b"}'
const right = signatureOf(key, Buffer.from(body))

function bodyFile(content: string | Uint8Array = body): string {
  const path = join(emptyFolder(), 'body.json')
  writeFileSync(path, content)
  return path
}

describe('sign', () => {
  it('writes the signature alone on standard output', async () => {
    const { code, stdout, stderr } = await runCommand(['sign', bodyFile()], { env })
    expect({ code, stdout }).toEqual({ code: 0, stdout: `${right}\n` })
    expect(stderr).toBe('28 bytes, signed with the signature key ••••9c1d\n')
  })

  it('reads a pipe byte for byte, and answers in JSON', async () => {
    const { code, stdout, stderr } = await runCommand(['sign', '-', '--json'], { env, input: `${body}\n` })
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    expect(JSON.parse(stdout)).toEqual({
      kind: 'signature',
      signature: signatureOf(key, Buffer.from(`${body}\n`)),
      bytes: 29,
      key: { kind: 'signature-key', masked: '••••9c1d' },
    })
  })
})

describe('verify', () => {
  it.each([right, `X-Signature: ${right}`])('says that %s fits', async signature => {
    const { code, stdout } = await runCommand(['verify', '--signature', signature, bodyFile()], { env })
    expect({ code, stdout }).toEqual({ code: 0, stdout: '✓ It fits the 28 bytes, with the signature key ••••9c1d.\n' })
  })

  it('says why it does not, what was expected, and where the bodies part', async () => {
    const { code, stdout, stderr } = await runCommand(['verify', '--signature', right], { env, input: `${body}\n` })
    expect({ code, stderr }).toEqual({ code: 1, stderr: '' })
    expect(stdout.split('\n')).toEqual([
      '✗ A line break was added to the body after it was signed: verify the raw bytes: editors, echo and shells add a line break at the end.',
      `  received  ${right}`,
      `  expected  ${signatureOf(key, Buffer.from(`${body}\n`))}  with the signature key ••••9c1d`,
      '  causes    body-newline-added',
      '  The bodies differ from byte 28 on, counted from 0:',
      '    given   …pe":"event","uri":"a/b"}\\n',
      '    signed  …pe":"event","uri":"a/b"}(the end)',
      '                                     ^',
      '',
    ])
  })

  it('tells scripts the causes, and nobody the key', async () => {
    const used = signatureOf(key, Buffer.from(body.replaceAll('/', '\\/')))
    const { code, stdout, stderr } = await runCommand(['verify', '--json', '--signature', used, bodyFile()], { env })
    expect(code, stderr).toBe(1)
    expect(JSON.parse(stdout)).toMatchObject({
      kind: 'verification',
      fits: false,
      bytes: 28,
      diagnosis: { kind: 'found', causes: ['body-escaped-slashes'], parting: { offset: 24 } },
    })
    expect(stdout).not.toContain(key)
  })

  it('counts what is no digest, and says so when there is no body', async () => {
    const { code, stdout, stderr } = await runCommand(['verify', '--signature', `${right}ab`], { env, input: '' })
    expect(code, stderr).toBe(1)
    expect(stdout).toMatch(/is not a digest that hookscope knows \(66 characters; the gateway sends 64\)/)
    expect(stderr).toBe('Warning: The body is empty: nothing came through the pipe.\n')
  })

  it('does not guess', async () => {
    const { code, stdout, stderr } = await runCommand(['verify', '--signature', 'ab'.repeat(32), bodyFile()], { env })
    expect(code, stderr).toBe(1)
    expect(stdout).toMatch(/^✗ None of the causes that hookscope knows explains this signature: most likely/)
  })
})

describe('what is wrong with the command line', () => {
  it.each<[readonly string[], Record<string, string>, RegExp, number]>([
    [['verify'], env, /Required option '--signature <HEX>' not specified\.\n {2}See hookscope help verify/, 2],
    [['verify', '--signature', '--json'], env, /--signature has no value: --json follows/, 2],
    [['verify', '--signature', right, 'a', 'b'], env, /Unexpected argument/, 2],
    [['sign', 'not-there.json'], env, /The body file .*not-there\.json does not exist\.\n {2}Check the path\./, 3],
    [['sign', '.'], env, /The body file .* is a folder\./, 3],
    [['sign'], {}, /No key is known\.\n {2}Use --signature-key/, 2],
    [['sign', '--signature-key'], {}, /There is no terminal to ask for the signature key\./, 2],
    [['sign'], { HOOKSCOPE_SIGNATURE_KEY: 'a\nb' }, /HOOKSCOPE_SIGNATURE_KEY has several lines/, 3],
  ])('%j', async (args, environment, says, code) => {
    const exit = await runCommand(args, { env: environment })
    expect(exit.stderr).toMatch(says)
    expect({ code: exit.code, stdout: exit.stdout }).toEqual({ code, stdout: '' })
  })
})

describe('a listener', () => {
  it('explains a wrong signature on a line of its own, and not those of a flood', async () => {
    const command = startListening([], { env })
    try {
      const ready = await command.waitForLine('ready')
      const gateway = openGateway({ url: ready.hooks[0]?.localUrl ?? '', key: ` ${key}` })
      await gateway.post(Buffer.from(body), { allHeaders: [['X-Signature', right.toUpperCase()]] })
      const line = await command.waitForLine('diagnosis')
      expect(line).toMatchObject({ delivery: 1, causes: ['digest-upper-case'] })
      expect(line.sentence).toMatch(/^The digest is written in upper case, .*: write .*\.$/)
      await gateway.post(Buffer.from(body), { allHeaders: [['Webhook-Signature', `t=f3c1a2,s=${right}`]] })
      const other = await command.waitForLine('diagnosis', ({ delivery }) => delivery === 2)
      expect(other.sentence).toMatch(/^It was sent by NMI’s gateway, not by USAePay/)
      for (let sent = 0; sent < 30; sent++) await gateway.post(Buffer.from(body))
      gateway.close()
      await command.waitForLine('delivery', ({ id }) => id === 32)
      await command.stop()
      const explained = command.lines().filter(({ kind }) => kind === 'diagnosis')
      expect(explained.length).toBeGreaterThanOrEqual(3)
      expect(explained.length).toBeLessThan(20)
    } finally {
      await command.stop()
    }
  })
})
