/** How a page of the inspector shows that it is one: the words that server and page both use. */

/** Where a page gets its key for the code behind `enterMark` in its address, which no server sees. */
export const enterPath = '/api/enter'
export const enterMark = '#enter='

/** Where a page gets a ticket for a file that the browser then saves, since such a request takes no headers. */
export const downloadPath = '/api/downloads'

/** Where `hookscope open` gets a ticket for a link, which signs a browser in once. */
export const linksPath = '/api/links'

/** The header that a page sends its key in. */
export const keyHeader = 'X-Hookscope-Page'

/** The protocol of the stream, and what a key begins with among the protocols that a page offers. */
export const streamProtocol = 'hookscope'
export const keyProtocol = 'hookscope.page.'

/** A target with the ticket that it can be had with, once. */
export const withTicket = (target: string, ticket: string): string =>
  `${target}${target.includes('?') ? '&' : '?'}ticket=${ticket}`
