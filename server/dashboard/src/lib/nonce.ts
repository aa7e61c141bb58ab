/** Return the nonce with which this page may make styles; the server sends a new one each time. */
export function styleNonce(): string {
  const meta = document.querySelector<HTMLMetaElement>('meta[property="csp-nonce"]')
  return meta?.nonce ?? ""
}
