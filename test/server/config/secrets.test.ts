/** Where keys and passwords come from, which source wins, and that a malformed one is named but never shown. */
import { execFileSync } from 'node:child_process'
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { open } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { checkToken, gatherSecrets, type SecretInput } from '../../../server/config/secrets.ts'
import { UserError } from '../../../server/lib/errors.ts'

let folder = ''
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'hookscope-secrets-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

function keyFile(content: string | Uint8Array, mode = 0o600): string {
  const path = join(folder, 'key')
  writeFileSync(path, content)
  chmodSync(path, mode)
  return path
}

async function gather(input: Partial<SecretInput>) {
  const warnings: string[] = []
  const secrets = await gatherSecrets({
    options: {},
    environment: {},
    file: {},
    ask: null,
    warn: line => warnings.push(line),
    ...input,
  })
  return { ...secrets, warnings }
}

async function problemOf(input: Partial<SecretInput>): Promise<UserError> {
  const error = await gather(input).then(
    () => new Error('nothing was wrong'),
    (thrown: unknown) => thrown,
  )
  if (error instanceof UserError) return error
  throw error
}

describe('sources', () => {
  it('has none when none is given', async () => {
    expect(await gather({})).toEqual({ signatureKey: null, sourceKey: null, basicAuth: null, warnings: [] })
  })

  it('lets options win over the environment, and the environment over the config file', async () => {
    const file = { signatureKey: 'of-file', sourceKey: 'of-file', basicAuth: 'file:of-file' }
    const environment = { HOOKSCOPE_SOURCE_KEY: 'of-environment', HOOKSCOPE_BASIC_AUTH: 'env:of-environment' }
    const options = { basicAuthFile: keyFile('option:of-option\n') }
    expect(await gather({ file, environment, options })).toMatchObject({
      signatureKey: 'of-file',
      sourceKey: 'of-environment',
      basicAuth: { username: 'option', password: 'of-option' },
    })
  })

  it('reads the file that the environment or the config file names', async () => {
    const path = keyFile('of-key-file\n')
    expect(
      await gather({ environment: { HOOKSCOPE_SIGNATURE_KEY_FILE: path }, file: { signatureKey: 'of-file' } }),
    ).toMatchObject({ signatureKey: 'of-key-file', sourceKey: null })
    expect(await gather({ environment: { HOOKSCOPE_SOURCE_KEY_FILE: path } })).toMatchObject({
      sourceKey: 'of-key-file',
    })
    expect((await gather({ file: { signatureKeyFile: path } })).signatureKey).toBe('of-key-file')
    const basicAuthFile = keyFile('shop:word\n')
    const basicAuth = { username: 'shop', password: 'word' }
    expect((await gather({ environment: { HOOKSCOPE_BASIC_AUTH_FILE: basicAuthFile } })).basicAuth).toEqual(basicAuth)
    expect((await gather({ file: { basicAuthFile } })).basicAuth).toEqual(basicAuth)
    expect((await gather({ environment: { HOOKSCOPE_BASIC_AUTH: 'a:b' }, file: { basicAuthFile } })).basicAuth).toEqual(
      { username: 'a', password: 'b' },
    )
  })

  const absent: readonly [input: Partial<SecretInput>, where: string][] = [
    [{ environment: { HOOKSCOPE_SIGNATURE_KEY_FILE: '/absent/key' } }, 'HOOKSCOPE_SIGNATURE_KEY_FILE, /absent/key,'],
    [{ file: { basicAuthFile: '/absent/key' } }, 'basicAuthFile in the config file, /absent/key,'],
  ]
  it.each(absent)('does not start without the file that %j names', async (input, where) => {
    const { message, exitCode } = await problemOf(input)
    expect(message).toBe(`The file of ${where} does not exist.`)
    expect(exitCode).toBe(3)
  })

  it('does not choose between a secret and its file', async () => {
    const path = keyFile('b')
    const environment = { HOOKSCOPE_SIGNATURE_KEY: 'a', HOOKSCOPE_SIGNATURE_KEY_FILE: path }
    expect((await problemOf({ environment })).message).toMatch(/cannot be used together/)
    expect((await problemOf({ file: { sourceKey: 'a', sourceKeyFile: path } })).message).toMatch(
      /sourceKey of the config file and its sourceKeyFile cannot be used together/,
    )
  })

  it('splits user name and password at the first colon', async () => {
    expect((await gather({ environment: { HOOKSCOPE_BASIC_AUTH: 'shop:a:b::c' } })).basicAuth).toEqual({
      username: 'shop',
      password: 'a:b::c',
    })
    const basicAuth = { username: 'shop', password: ':x' }
    expect((await gather({ file: { basicAuth } })).basicAuth).toEqual(basicAuth)
  })

  it('asks when an option has no value, and checks what is typed', async () => {
    const asked: string[] = []
    const { signatureKey } = await gather({
      options: { signatureKey: true },
      environment: { HOOKSCOPE_SIGNATURE_KEY: 'of-environment' },
      ask: async (question, check) => {
        asked.push(question, check('') ?? 'fine', check('typed') ?? 'fine')
        return 'typed'
      },
    })
    expect(signatureKey).toBe('typed')
    expect(asked).toEqual(['Signature key of the webhook', 'This is empty.', 'fine'])
  })

  it('says what to do when there is nobody to ask', async () => {
    const { message, hint } = await problemOf({ options: { sourceKey: true } })
    expect(message).toBe('There is no terminal to ask for the source key.')
    expect(hint).toBe('Set HOOKSCOPE_SOURCE_KEY, or use --source-key-file PATH.')
  })

  it('takes a value on the command line, with a warning that does not repeat it', async () => {
    const { signatureKey, warnings } = await gather({ options: { signatureKey: 'on-the-line' } })
    expect(signatureKey).toBe('on-the-line')
    expect(warnings).toHaveLength(1)
    expect(warnings[0]).toContain('HOOKSCOPE_SIGNATURE_KEY')
    expect(warnings[0]).not.toContain('on-the-line')
  })

  it('does not take an option and its file at once', async () => {
    const { message } = await problemOf({ options: { signatureKey: 'a', signatureKeyFile: keyFile('b') } })
    expect(message).toMatch(/--signature-key and --signature-key-file cannot be used together/)
  })
})

describe('key files', () => {
  it('takes one line, its end aside', async () => {
    for (const text of ['the key', 'the key\n', 'the key\r\n', '\uFEFFthe key\n']) {
      expect((await gather({ options: { signatureKeyFile: keyFile(text) } })).signatureKey).toBe('the key')
    }
  })

  const malformed: readonly [what: string, content: string | Uint8Array, message: RegExp][] = [
    ['empty', '', /is empty/],
    ['a line end alone', '\n', /is empty/],
    ['several lines', 'one\ntwo\n', /has several lines/],
    ['two line ends', 'one\n\n', /has several lines/],
    ['NUL', 'a\0b', /contains a NUL character/],
    ['a tab', 'a\tb', /contains a control character/],
    ['not UTF-8', new Uint8Array([0x61, 0xff, 0xfe]), /is not UTF-8 text/],
    ['too long', 'x'.repeat(4097), /is longer than 4096 bytes/],
    ['far too long', new Uint8Array(1_000_000), /is longer than 4096 bytes/],
  ]
  it.each(malformed)('refuses one that is %s', async (_, content, message) => {
    const { message: said, hint } = await problemOf({ options: { signatureKeyFile: keyFile(content) } })
    expect(said).toMatch(message)
    expect(said).toContain('--signature-key-file')
    expect(hint).not.toBe('')
  })

  it('refuses one that is missing, or a folder', async () => {
    expect((await problemOf({ options: { sourceKeyFile: join(folder, 'absent') } })).message).toMatch(/does not exist/)
    mkdirSync(join(folder, 'sub'))
    expect((await problemOf({ options: { sourceKeyFile: join(folder, 'sub') } })).message).toMatch(/is a folder/)
  })

  it.skipIf(process.platform === 'win32')('warns of one that everybody can read', async () => {
    expect((await gather({ options: { signatureKeyFile: keyFile('key', 0o644) } })).warnings).toEqual([
      expect.stringContaining('chmod 600'),
    ])
    expect((await gather({ options: { signatureKeyFile: keyFile('key', 0o600) } })).warnings).toEqual([])
  })
})

// What `--signature-key-file <(command)` of a shell is.
describe.skipIf(process.platform === 'win32')('a pipe as key file', () => {
  /** @param parts each written by itself, so that they are read apart */
  async function throughPipe(parts: readonly string[], read: (path: string) => Promise<unknown>) {
    const path = join(folder, 'pipe')
    execFileSync('mkfifo', ['-m', '600', path])
    const reading = read(path)
    // Opening waits until there is a reader.
    const writer = await open(path, 'w')
    try {
      for (const part of parts) {
        await writer.write(part)
        await new Promise(resolve => setTimeout(resolve, 5))
      }
    } finally {
      await writer.close()
    }
    return reading
  }

  it('is read to its end', async () => {
    const found = await throughPipe(['the ', 'key', '\n'], path => gather({ options: { signatureKeyFile: path } }))
    expect(found).toMatchObject({ signatureKey: 'the key', warnings: [] })
  })

  it('is refused when it is too long, or empty', async () => {
    const long = await throughPipe(['x'.repeat(3000), 'x'.repeat(1200)], path =>
      problemOf({ options: { signatureKeyFile: path } }),
    )
    expect(long).toMatchObject({ message: expect.stringMatching(/pipe, is longer than 4096 bytes/) })
    rmSync(join(folder, 'pipe'))
    const empty = await throughPipe([], path => problemOf({ options: { signatureKeyFile: path } }))
    expect(empty).toMatchObject({ message: expect.stringMatching(/pipe, is empty/) })
  })

  it.skipIf(process.platform !== 'linux')('that never ends is not read to its end', async () => {
    expect((await problemOf({ options: { signatureKeyFile: '/dev/zero' } })).message).toMatch(/is longer than 4096/)
  })
})

describe('malformed values', () => {
  const cases: readonly [input: Partial<SecretInput>, message: RegExp][] = [
    [{ environment: { HOOKSCOPE_BASIC_AUTH: 'no-colon-s3cret' } }, /HOOKSCOPE_BASIC_AUTH is not a user name, a colon/],
    [{ environment: { HOOKSCOPE_BASIC_AUTH: ':s3cret' } }, /is not a user name, a colon and a password/],
    [{ environment: { HOOKSCOPE_BASIC_AUTH: 's3cret:' } }, /is not a user name, a colon and a password/],
    [{ environment: { HOOKSCOPE_SIGNATURE_KEY: 's3cret\nx' } }, /HOOKSCOPE_SIGNATURE_KEY has several lines/],
    [{ options: { signatureKey: 's3cret\u001b' } }, /--signature-key contains a control character/],
    [{ file: { sourceKey: 's3cret\0' } }, /sourceKey of the config file contains a NUL/],
  ]
  it.each(cases)('%#', async (input, message) => {
    const problem = await problemOf(input)
    expect(problem.message).toMatch(message)
    expect(`${problem.message}${problem.hint}`).not.toContain('s3cret')
  })
})

describe('HOOKSCOPE_TOKEN', () => {
  it('fixes the token when it is long enough and of safe characters', () => {
    expect(checkToken('0123456789abcdef')).toBe('0123456789abcdef')
    expect(checkToken(undefined)).toBeNull()
    expect(checkToken('')).toBeNull()
    for (const bad of ['short', 'has spaces in it, many', 'x'.repeat(257), '0123456789abcdef\n']) {
      expect(() => checkToken(bad)).toThrow(/HOOKSCOPE_TOKEN should be 16 to 256/)
    }
  })
})
