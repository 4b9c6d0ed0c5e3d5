/** What a receiver can be told to take. */

/** The largest body that `limits.bodyBytes` may allow, bytes. */
export const mostBodyBytes = 100 * 1024 * 1024
