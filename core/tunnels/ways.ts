/** The ways to a public https address: what each gives, as data. */

/** Who can provide the public URL. `none` opens no tunnel; `auto` chooses. */
export const tunnelNames = [
  'auto',
  'localtunnel',
  'cloudflared',
  'ssh',
  'srv.us',
  'localhost.run',
  'pinggy',
  'ngrok',
  'tailscale',
  'none',
] as const
/** As `--tunnel` takes it. */
export type TunnelName = (typeof tunnelNames)[number]
/** One that opens a tunnel. */
export type TunnelWay = Exclude<TunnelName, 'auto' | 'none'>

/** What one way gives. Each text follows no other: a cell of a table. */
export interface WayFacts {
  readonly name: TunnelWay
  /** What to type. */
  readonly command: string
  /** Whether the Hook URL is the same at the next start. */
  readonly stable: 'yes' | 'no' | 'usually'
  /** What the user needs to have; null: nothing. */
  readonly account: string | null
  /** Whose server sees the deliveries, in clear. */
  readonly seenBy: string
  /** What it limits, and what it changes on the way. */
  readonly limits: string
  /** The program that has to be there; null: built in. */
  readonly program: 'ssh' | 'cloudflared' | 'ngrok' | 'tailscale' | null
}

/** In the order of preference: stable and the user's own, stable without an account, then those that change. */
export const ways: readonly WayFacts[] = [
  {
    name: 'ssh',
    command: '--tunnel ssh --tunnel-host me@shop.example --public-url https://hooks.shop.example',
    stable: 'yes',
    account: 'a server of your own, with sshd and an https proxy',
    seenBy: 'your own server',
    limits: 'none but its own; bytes and headers as your proxy leaves them',
    program: 'ssh',
  },
  {
    name: 'cloudflared',
    command: '--tunnel cloudflared --tunnel-name shop --public-url https://hooks.shop.example',
    stable: 'yes',
    account: 'a Cloudflare account with a domain',
    seenBy: 'Cloudflare',
    limits: 'adds cf-* headers',
    program: 'cloudflared',
  },
  {
    name: 'tailscale',
    command: '--tunnel tailscale',
    stable: 'yes',
    account: 'a Tailscale account in which Funnel is allowed',
    seenBy: 'nobody: TLS ends on this machine',
    limits: 'ports 443, 8443 and 10000',
    program: 'tailscale',
  },
  {
    name: 'ngrok',
    command: '--tunnel ngrok',
    stable: 'yes',
    account: 'an ngrok account, whose one domain stays',
    seenBy: 'ngrok',
    limits: 'requests and bytes a month; adds X-Forwarded-* headers',
    program: 'ngrok',
  },
  {
    name: 'srv.us',
    command: '--tunnel srv.us',
    stable: 'yes',
    account: null,
    seenBy: 'srv.us',
    limits: 'promises no uptime; tells no client address',
    program: 'ssh',
  },
  {
    name: 'localtunnel',
    command: '--tunnel localtunnel',
    stable: 'usually',
    account: null,
    seenBy: 'localtunnel.me',
    limits: 'the name is asked for, not owed; days of 503; lower-cases and joins headers',
    program: null,
  },
  {
    name: 'cloudflared',
    command: '--tunnel cloudflared',
    stable: 'no',
    account: null,
    seenBy: 'Cloudflare',
    limits: 'new tunnels are rate-limited; 200 requests in flight; adds cf-* headers',
    program: 'cloudflared',
  },
  {
    name: 'localhost.run',
    command: '--tunnel localhost.run',
    stable: 'no',
    account: null,
    seenBy: 'localhost.run',
    limits: 'the URL changes after some hours; adds Forwarded',
    program: 'ssh',
  },
  {
    name: 'pinggy',
    command: '--tunnel pinggy',
    stable: 'no',
    account: null,
    seenBy: 'Pinggy',
    limits: 'a tunnel ends after 60 minutes',
    program: 'ssh',
  },
]
