/** Return the nonce for styles of this page. The server sends a new one each time. */
export function styleNonce(): string {
  const meta = document.querySelector<HTMLMetaElement>('meta[property="csp-nonce"]')
  return meta?.nonce ?? ""
}
