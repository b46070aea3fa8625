/** The one channel each way between the page's preload and the main process. */
export const toCore = 'gangway:to-core'
export const toPage = 'gangway:to-page'

/** How many messages may be on their way to a page that has not said it took them. */
export const maxInFlight = 64
