import { afterEach } from 'vitest'

interface Closable {
  close(): unknown
}

/** Call it once in a test file: what is given to the result is closed after each test, last first. */
export function closing(): <Part extends Closable>(part: Part) => Part {
  const open: Closable[] = []
  afterEach(async () => {
    for (const part of open.splice(0).reverse()) await part.close()
  })
  return (part) => {
    open.push(part)
    return part
  }
}
