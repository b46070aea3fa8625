import { cancellation, Fault, isFaultCode } from '#shared/faults.ts'

export interface Upload {
  readonly drop: string
  readonly path: string
  readonly file: File
  readonly signal: AbortSignal
  readonly onProgress: (bytes: number) => void
}

/**
 * Streams one dropped file to the Gangway of this computer. Of all ways a page has, this one alone
 * tells how far it has come while the browser reads the file by itself, piece by piece.
 */
export function upload({ drop, path, file, signal, onProgress }: Upload): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal.aborted) return reject(cancellation())
    const request = new XMLHttpRequest()
    const query = new URLSearchParams({ path, mtime: String(file.lastModified) })
    const stop = () => request.abort()
    signal.addEventListener('abort', stop)
    request.upload.addEventListener('progress', ({ loaded }) => onProgress(loaded))
    request.addEventListener('loadend', () => {
      signal.removeEventListener('abort', stop)
      if (signal.aborted) reject(cancellation())
      else if (request.status === 201) resolve()
      else reject(faultIn(request.responseText))
    })
    request.open('PUT', `/drops/${drop}?${query.toString()}`)
    request.setRequestHeader('content-type', 'application/octet-stream')
    request.send(file)
  })
}

/** What Gangway answered, or that it did not. */
function faultIn(body: string): Fault {
  try {
    const { code, details = {} } = JSON.parse(body) as { code?: string; details?: object }
    if (code !== undefined && isFaultCode(code)) {
      return new Fault(code, details as Record<string, string | number>)
    }
  } catch {
    // No answer of ours, such as that of a connection that broke.
  }
  return new Fault('host.lost')
}
