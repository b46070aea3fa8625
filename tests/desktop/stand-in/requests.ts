import type { CdpSession } from './cdp.ts'
import { answerRequest, toShell } from './protocol.ts'

interface PausedRequest {
  readonly requestId: string
  readonly frameId: string
  readonly resourceType: string
  readonly request: { readonly url: string; readonly method: string }
}

type MayNavigate = (browserUrl: string, frameId: string) => boolean

/** Every request of a page: the shell's scheme is answered by the shell, a new page must be allowed. */
export function answerRequests(session: CdpSession, mayNavigate: MayNavigate): void {
  session.on('Fetch.requestPaused', (paused: PausedRequest) => {
    const { requestId } = paused
    decide(session, paused, mayNavigate).catch(() =>
      // A handler that threw fails its request, which may be gone with its page.
      session.send('Fetch.failRequest', { requestId, errorReason: 'Failed' }).catch(() => {}),
    )
  })
}

async function decide(
  session: CdpSession,
  { requestId, request, resourceType, frameId }: PausedRequest,
  mayNavigate: MayNavigate,
): Promise<void> {
  if (resourceType === 'Document' && !mayNavigate(request.url, frameId)) {
    await session.send('Fetch.failRequest', { requestId, errorReason: 'Aborted' })
    return
  }
  const response = await answerRequest(toShell(request.url), request.method)
  if (!response) {
    await session.send('Fetch.continueRequest', { requestId })
    return
  }
  await session.send('Fetch.fulfillRequest', {
    requestId,
    responseCode: response.status,
    responseHeaders: Array.from(response.headers, ([name, value]) => ({ name, value })),
    body: Buffer.from(await response.arrayBuffer()).toString('base64'),
  })
}
