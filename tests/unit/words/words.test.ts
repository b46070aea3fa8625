import { createHash } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  completions,
  isPhrase,
  nearest,
  parsePhrase,
  readWord,
  repairs,
  wordIndex,
  wordList,
  type Phrase,
} from '#shared/words.ts'

const phrase: Phrase = ['orbit', 'maple', 'velvet', 'stone', 'hero']
const anyWord = fc.constantFrom(...wordList)
const anyPhrase = fc.tuple(anyWord, anyWord, anyWord, anyWord, anyWord)

describe('the list', () => {
  test('is the BIP39 English list, byte for byte', () => {
    const text = `${wordList.join('\n')}\n`
    expect(createHash('sha256').update(text).digest('hex')).toBe(
      '2f5eed53a4727b4bf8880d8f3f199efc90e58503646d9ff8eff3a2ed3b24dbda',
    )
  })

  test('is sorted, and four letters tell its words apart', () => {
    expect(wordList).toEqual([...wordList].sort())
    expect(new Set(wordList.map((word) => word.slice(0, 4))).size).toBe(2048)
  })

  test('gives each word its place', () => {
    expect(wordList.map(wordIndex)).toEqual(wordList.map((_, index) => index))
    expect(wordIndex('nonsense')).toBeUndefined()
    expect(wordIndex('constructor')).toBeUndefined()
  })
})

describe('completion', () => {
  test('gives words that begin so, in order, and no more than asked', () => {
    expect(completions('aba', 5)).toEqual(['abandon'])
    expect(completions('ACT', 3)).toEqual(['act', 'action', 'actor'])
    expect(completions('zoo', 3)).toEqual(['zoo'])
    expect(completions('zz', 3)).toEqual([])
    expect(completions('', 3)).toEqual([])
  })

  test('finds every word from any of its beginnings', () => {
    fc.assert(
      fc.property(anyWord, fc.integer({ min: 1, max: 8 }), (word, length) => {
        expect(completions(word.slice(0, length), 2048)).toContain(word)
      }),
    )
  })
})

describe('the word somebody meant', () => {
  test.each([
    ['elefant', 'elephant'],
    ['fone', 'phone'],
    ['cofee', 'coffee'],
    ['wierd', 'weird'],
    ['nife', 'knife'],
    ['kwick', 'quick'],
    ['qiuck', 'quick'],
    ['tomatoe', 'tomato'],
    ['adopt', 'adapt'],
    ['sttone', 'stone'],
    ['hrro', 'hero'],
    ['velvit', 'velvet'],
    ['abandxx', 'abandon'],
    ['ele', 'element'],
  ])('%s: %s is among the first three', (typed, meant) => {
    expect([...completions(typed, 3), ...nearest(typed, 3)]).toContain(meant)
  })

  test('a word is nearest to itself', () => {
    for (const word of wordList.filter((_, index) => index % 16 === 0)) {
      expect(nearest(word, 1)).toEqual([word])
    }
  })

  test('nothing is near what is no word', () => {
    expect(nearest('', 3)).toEqual([])
    expect(nearest('xqxqxqxqxq', 3)).toEqual([])
    expect(nearest('слово', 3)).toEqual([])
  })

  test('two letters swapped or one left out still lead to the word', () => {
    let found = 0
    const sample = wordList.filter((word, index) => word.length > 4 && index % 16 === 0)
    for (const word of sample) {
      const swapped = `${word.slice(0, 2)}${word.charAt(3)}${word.charAt(2)}${word.slice(4)}`
      const shorter = `${word.slice(0, 2)}${word.slice(3)}`
      if (nearest(swapped, 3).includes(word)) found += 1
      if (nearest(shorter, 3).includes(word)) found += 1
    }
    expect(found / (2 * sample.length)).toBeGreaterThan(0.97)
  })

  test('four letters are enough', () => {
    expect(readWord('orbi')).toEqual({ state: 'word', word: 'orbit' })
    expect(readWord('orb')).toMatchObject({ state: 'unknown' })
    expect(readWord('act')).toEqual({ state: 'word', word: 'act' })
    expect(readWord('orbix')).toMatchObject({ state: 'unknown', typed: 'orbix' })
    expect(nearest('orbix', 1)).toEqual(['orbit'])
  })
})

describe('a whole phrase', () => {
  test.each([
    ['spaces', 'orbit maple velvet stone hero'],
    ['dashes', 'orbit-maple-velvet-stone-hero'],
    ['long dashes', 'orbit—maple–velvet‐stone−hero'],
    ['a dash from other scripts', 'orbit－maple・velvet、stone。hero'],
    ['a list with numbers', '1. orbit\n2. maple\r\n3) velvet\n4: stone\n5 hero\n'],
    ['commas and quotes', '“Orbit”, «MAPLE», velvet; stone/hero.'],
    ['wide letters', 'ｏｒｂｉｔ ｍａｐｌｅ velvet stone hero'],
    ['an accent', 'órbit maple velvet stone hero'],
    ['invisible characters', '\uFEFFor\u00ADbit\u00A0maple\u2003vel\u200Bvet stone hero'],
    ['four letters each', 'orbi mapl velv ston hero'],
  ])('%s', (_, text) => {
    expect(parsePhrase(text)).toEqual({ state: 'phrase', phrase })
  })

  test('any words with anything between them', () => {
    const between = fc.stringMatching(/^[ \n\t,.;:_/|–—-]{1,4}$/)
    fc.assert(
      fc.property(anyPhrase, between, fc.boolean(), (words: Phrase, separator, loud) => {
        const text = words.join(separator)
        const reading = parsePhrase(loud ? text.toUpperCase() : text)
        expect(reading).toEqual({ state: 'phrase', phrase: words })
      }),
    )
  })

  test('wrong words are told one by one, right ones kept', () => {
    expect(parsePhrase('orbit mapel velvet xqxqxq hero')).toEqual({
      state: 'problem',
      words: [
        { state: 'word', word: 'orbit' },
        { state: 'unknown', typed: 'mapel', suggestions: expect.arrayContaining(['maple']) },
        { state: 'word', word: 'velvet' },
        { state: 'unknown', typed: 'xqxqxq', suggestions: [] },
        { state: 'word', word: 'hero' },
      ],
    })
  })

  test('letters mixed with digits are not quietly another word', () => {
    expect(readWord('0range')).toMatchObject({ state: 'unknown' })
    const reading = parsePhrase('0range maple velvet stone hero')
    expect(reading).toMatchObject({
      state: 'problem',
      words: [{ typed: '0range' }, {}, {}, {}, {}],
    })
  })

  test('too few and too many are a problem, not a guess', () => {
    expect(parsePhrase('orbit maple')).toMatchObject({ state: 'problem', words: [{}, {}] })
    expect(parsePhrase('orbit maple velvet stone hero zoo')).toMatchObject({ state: 'problem' })
    expect(parsePhrase('')).toEqual({ state: 'problem', words: [] })
  })

  test('safety 8: anything can be pasted', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 200 }), (text) => {
        const reading = parsePhrase(text)
        expect(reading.state === 'phrase' || reading.words.length <= 10).toBe(true)
      }),
    )
    expect(parsePhrase('word '.repeat(1_000_000))).toMatchObject({ state: 'problem' })
  })
})

describe('a phrase that did not pair', () => {
  test('neighbours the other way round come to mind', () => {
    expect(repairs(['maple', 'orbit', 'velvet', 'stone', 'hero'], 20)).toContainEqual(phrase)
  })

  test('so does a word taken for another', () => {
    const taken: Phrase = ['adapt', 'adult', 'zoo', 'zoo', 'zoo']
    expect(repairs(['adapt', 'adapt', 'zoo', 'zoo', 'zoo'], 20)).toContainEqual(taken)
  })

  test('every proposal is another phrase of the list, and there are no more than asked', () => {
    fc.assert(
      fc.property(anyPhrase, (typed: Phrase) => {
        const proposals = repairs(typed, 6)
        expect(proposals.length).toBeLessThanOrEqual(6)
        expect(proposals.every(isPhrase)).toBe(true)
        expect(proposals).not.toContainEqual(typed)
      }),
      { numRuns: 20 },
    )
  })
})

test('reading five wrong words never holds the page up', () => {
  const text = 'elefant fonne tomatoee accomodatt stawberri'
  for (let warm = 0; warm < 5; warm++) parsePhrase(text)
  const times = Array.from({ length: 9 }, () => {
    const started = performance.now()
    parsePhrase(text)
    return performance.now() - started
  })
  expect(Math.min(...times)).toBeLessThan(50)
})
