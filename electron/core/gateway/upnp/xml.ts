/**
 * Of the XML that routers send, what is needed and no more: the content of elements by their name,
 * whatever their prefix, and the five entities every document has. There is no tree, nothing is
 * resolved, and the time it takes grows with the length only. A document that declares types or
 * entities of its own is none for us.
 */
export function elementsOf(xml: string, name: string): string[] {
  if (/<!(?:DOCTYPE|ENTITY)/i.test(xml)) return []
  const opening = new RegExp(`<(?:[\\w.-]+:)?${name}(?:\\s[^<>]*)?/?>`, 'g')
  const closing = new RegExp(`</(?:[\\w.-]+:)?${name}\\s*>`, 'g')
  const found: string[] = []
  for (let begin = opening.exec(xml); begin; begin = opening.exec(xml)) {
    if (begin[0].endsWith('/>')) {
      found.push('')
      continue
    }
    closing.lastIndex = opening.lastIndex
    const end = closing.exec(xml)
    if (!end) break
    found.push(xml.slice(opening.lastIndex, end.index))
    opening.lastIndex = closing.lastIndex
  }
  return found
}

/** The text of the first such element; null where there is none, or more than text in it. */
export function textOf(xml: string, name: string): string | null {
  const [content] = elementsOf(xml, name)
  return content === undefined || content.includes('<') ? null : decoded(content.trim())
}

const entities: Readonly<Record<string, string>> = {
  '&amp;': '&',
  '&lt;': '<',
  '&gt;': '>',
  '&quot;': '"',
  '&apos;': "'",
}

function decoded(text: string): string {
  return text.replaceAll(/&(?:amp|lt|gt|quot|apos);/g, (entity) => entities[entity] ?? entity)
}
