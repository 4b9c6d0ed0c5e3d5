import { describe, expect, it } from 'vitest'
import { type TunnelWay, ways } from '../../../core/tunnels/ways.ts'
import { type ChoiceInput, chooseTunnel } from '../../../server/tunnel/choose.ts'

function settingsOf(values: Record<string, string> = {}) {
  const kept = new Map(Object.entries(values))
  return {
    get: async (name: string) => kept.get(name) ?? null,
    set: async (name: string, value: string | null) => void kept.set(name, value ?? ''),
  }
}

/** Chooses on a machine where these are set up; the answer at the terminal is `answer`. */
async function choose(
  set: readonly TunnelWay[],
  answer: TunnelWay | 'none' | null,
  kept = settingsOf(),
  isOwn: (account: string | null) => boolean = account => account === null,
) {
  const offered: string[] = []
  const lines: string[] = []
  const input: ChoiceInput = {
    settings: { tunnelHost: null, tunnelNamed: null, publicUrl: null },
    environment: {},
    kept,
    ask:
      answer === null
        ? null
        : async offers => {
            offered.push(...offers.map(({ name }) => name))
            return answer
          },
    log: line => lines.push(line),
    readiness: ways.map(way => ({ way, ready: set.includes(way.name) && isOwn(way.account), note: '' })),
  }
  return { chosen: await chooseTunnel(input), offered, lines, again: await chooseTunnel({ ...input, ask: null }) }
}

describe('the tunnel that nobody named', () => {
  it('is asked about once, the stable ones first, and is the same at the next start', async () => {
    const { chosen, offered, lines, again } = await choose(['localtunnel', 'srv.us', 'pinggy'], 'srv.us')
    expect(offered).toEqual(['srv.us', 'localtunnel', 'pinggy'])
    expect([chosen, again, lines]).toEqual(['srv.us', 'srv.us', []])
  })

  it('is the account of one’s own that is set up, without a question', async () => {
    const all: readonly TunnelWay[] = ['tailscale', 'ngrok', 'srv.us']
    const { chosen, offered, lines } = await choose(all, 'srv.us', settingsOf(), () => true)
    expect([chosen, offered]).toEqual(['tailscale', []])
    expect(lines).toEqual([expect.stringContaining('your tailscale account')])
  })

  it('is localtunnel where nobody can be asked, and its operator is named once', async () => {
    const { chosen, lines } = await choose(['ngrok', 'srv.us', 'localtunnel'], null)
    expect(chosen).toBe('localtunnel')
    expect(lines).toEqual([expect.stringMatching(/localtunnel\.me, whose operator can read.+--tunnel srv\.us/)])
  })

  it('is localtunnel for a database that has a name there: its URL is in the console', async () => {
    const { chosen, offered, lines } = await choose(['srv.us'], 'srv.us', settingsOf({ subdomain: 'shop-hooks' }))
    expect([chosen, offered, lines]).toEqual(['localtunnel', [], []])
  })

  it('is none where none is wanted, and is asked about at the next start', async () => {
    const kept = settingsOf()
    expect((await choose(['srv.us'], 'none', kept)).chosen).toBe('none')
    await kept.set('tunnel', null)
    expect((await choose(['srv.us'], 'srv.us', kept)).offered).toEqual(['srv.us'])
  })
})
