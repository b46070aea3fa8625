import { hash, randomBytes } from 'node:crypto'

/** Of hex: as many as a number holds exactly. */
const keyDigits = 13
const firstCapacity = 1_024
/** Where none is kept: every number kept is a safe integer, so this is none of them. */
const empty = Number.NaN

/**
 * A number for each of very many names, in some thirty bytes instead of some hundred: a name is
 * known by its hash with a secret of its own, so nobody can choose names that are taken for one.
 */
export class Marks {
  readonly #secret = randomBytes(16).toString('hex')
  #names = new Float64Array(firstCapacity).fill(empty)
  #numbers = new Float64Array(firstCapacity)
  #size = 0

  get(name: string): number | undefined {
    const at = this.#placeOf(this.#keyOf(name))
    return Number.isNaN(this.#names[at]) ? undefined : this.#numbers[at]
  }

  set(name: string, number: number): void {
    if (this.#size * 2 >= this.#names.length) this.#grow()
    this.#put(this.#keyOf(name), number)
  }

  #put(key: number, number: number): void {
    const at = this.#placeOf(key)
    if (Number.isNaN(this.#names[at])) this.#size++
    this.#names[at] = key
    this.#numbers[at] = number
  }

  /** Where it is, or would be. */
  #placeOf(key: number): number {
    const last = this.#names.length - 1
    let at = key % this.#names.length
    while (!Number.isNaN(this.#names[at]) && this.#names[at] !== key) at = at === last ? 0 : at + 1
    return at
  }

  #keyOf(name: string): number {
    return Number.parseInt(hash('sha256', this.#secret + name).slice(0, keyDigits), 16)
  }

  #grow(): void {
    const [names, numbers] = [this.#names, this.#numbers]
    this.#names = new Float64Array(names.length * 2).fill(empty)
    this.#numbers = new Float64Array(names.length * 2)
    this.#size = 0
    for (const [at, key] of names.entries()) {
      if (!Number.isNaN(key)) this.#put(key, numbers[at] ?? 0)
    }
  }
}
