/**
 * Stands in for @peculiar/x509 when passkeys are bundled: it reads the certificates of attestations, which are asked of no
 * authenticator here. One that sends them all the same is refused.
 */
class LeftOut {
  constructor() {
    throw new Error('Attestations with certificates are not taken.')
  }
}

export {
  LeftOut as AuthorityKeyIdentifierExtension,
  LeftOut as CRLDistributionPointsExtension,
  LeftOut as SubjectKeyIdentifierExtension,
  LeftOut as X509Certificate,
  LeftOut as X509ChainBuilder,
  LeftOut as X509Crl,
}
