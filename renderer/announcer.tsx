import { useEffect, useRef, useState } from 'react'
import { useStore } from 'zustand'
import type { NearbyDevice } from '#shared/model.ts'
import { useNearby } from './bridge/context.ts'
import { nameOf } from './devices/names.ts'
import { text } from './text/text.ts'
import { said } from './ui/say.ts'

const gatherMs = 1_200

type Devices = ReadonlyMap<string, NearbyDevice>

/** Says who came and who left, many as one sentence, and nothing of what was there at first. */
export function Announcer() {
  const { value } = useNearby()
  const told = useRef<Devices | null>(null)
  const [words, setWords] = useState('')

  useEffect(() => {
    if (!value) return undefined
    const before = told.current
    if (!before) {
      told.current = value
      return undefined
    }
    const timer = setTimeout(() => {
      told.current = value
      const news = newsBetween(before, value)
      if (news) setWords(news)
    }, gatherMs)
    return () => clearTimeout(timer)
  }, [value])

  const deed = useStore(said).words
  return (
    <>
      <output className="visually-hidden">{words}</output>
      <output className="visually-hidden">{deed}</output>
    </>
  )
}

function newsBetween(before: Devices, after: Devices): string {
  const came = [...after.values()].filter(({ id }) => !before.has(id))
  const left = [...before.values()].filter(({ id }) => !after.has(id))
  const { one, many, oneLeft, manyLeft } = text.announced
  return [sentence(came, one, many), sentence(left, oneLeft, manyLeft)].filter(Boolean).join(' ')
}

function sentence(
  devices: readonly NearbyDevice[],
  one: (name: string) => string,
  many: (amount: number) => string,
): string {
  const [first] = devices
  if (!first) return ''
  return devices.length === 1 ? one(nameOf(first)) : many(devices.length)
}
