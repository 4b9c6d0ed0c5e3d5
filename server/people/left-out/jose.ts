/** Stands in for jose when better-auth is bundled: it signs tokens for mail and for sessions that no database keeps, neither of which is here. */
function leftOut(): never {
  throw new Error('Signed tokens are not used here.')
}

/** Of `jose/errors`. */
export class JWTExpired extends Error {}

export {
  leftOut as base64url,
  leftOut as calculateJwkThumbprint,
  leftOut as createLocalJWKSet,
  leftOut as decodeProtectedHeader,
  leftOut as EncryptJWT,
  leftOut as errors,
  leftOut as importJWK,
  leftOut as importPKCS8,
  leftOut as jwtDecrypt,
  leftOut as jwtVerify,
  leftOut as SignJWT,
  leftOut as UnsecuredJWT,
}
