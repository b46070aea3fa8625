/** The text as a link, if it is one and nothing else: only what a browser opens as a page. */
export function linkIn(text: string): string | null {
  const candidate = text.trim()
  if (!/^https?:\/\/\S+$/i.test(candidate)) return null
  try {
    const { protocol, href } = new URL(candidate)
    return protocol === 'http:' || protocol === 'https:' ? href : null
  } catch {
    return null
  }
}
