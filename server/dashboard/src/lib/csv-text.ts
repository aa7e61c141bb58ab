/** Text files as spreadsheets save them. */

/** Return the text of *file*: UTF-8, UTF-16 with a byte order mark, or else Windows-1252. */
export async function textOf(file: Blob): Promise<string> {
  const bytes = new Uint8Array(await file.arrayBuffer())
  const [first, second] = bytes
  if (first === 0xff && second === 0xfe) return decoded(bytes, "utf-16le")
  if (first === 0xfe && second === 0xff) return decoded(bytes, "utf-16be")
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes)
  } catch {
    return decoded(bytes, "windows-1252")
  }
}

const decoded = (bytes: Uint8Array, encoding: string) => new TextDecoder(encoding).decode(bytes)
