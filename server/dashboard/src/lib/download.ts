/** Downloads of files that the server writes while they are read. */
import { errorOf } from "@/api/client"
import { CutOffError, OfflineError } from "@/api/errors"

export interface Downloaded {
  name: string
  /** The number of rows, counted by the server; null if it did not. */
  rows: number | null
  bytes: number
}

interface DownloadOptions {
  signal: AbortSignal
  /** Called with the number of bytes so far. */
  onProgress: (bytes: number) => void
}

/** Save the file at *address*. Nothing is saved unless it is complete.
 *
 * A link would save error responses and incomplete files under the name of the file.
 */
export async function download(address: string, options: DownloadOptions): Promise<Downloaded> {
  const answer = await fetch(address, { signal: options.signal }).catch((error: unknown) => {
    throw options.signal.aborted ? error : new OfflineError()
  })
  if (!answer.ok) throw await errorOf(answer)
  const content = await wholeOf(answer, options)
  const name = nameIn(answer.headers.get("Content-Disposition")) ?? "export"
  save(content, name)
  const rows = answer.headers.get("X-Rows")
  return { name, rows: rows === null ? null : Number(rows), bytes: content.size }
}

async function wholeOf(answer: Response, options: DownloadOptions): Promise<Blob> {
  let bytes = 0
  const counted = new TransformStream<Uint8Array, Uint8Array>({
    transform: (piece, controller) => {
      bytes += piece.byteLength
      options.onProgress(bytes)
      controller.enqueue(piece)
    },
  })
  const type = answer.headers.get("Content-Type") ?? ""
  const body = answer.body?.pipeThrough(counted) ?? null
  // Browsers move a large blob to disk.
  return new Response(body, { headers: { "Content-Type": type } })
    .blob()
    .catch((error: unknown) => {
      throw options.signal.aborted ? error : new CutOffError()
    })
}

function nameIn(disposition: string | null): string | undefined {
  return /filename="([^"]+)"/.exec(disposition ?? "")?.[1]
}

/** Save *content* as a file of that name. */
export function save(content: Blob, name: string): void {
  const link = document.createElement("a")
  link.href = URL.createObjectURL(content)
  link.download = name
  link.click()
  // Firefox reads it a moment later.
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000)
}
