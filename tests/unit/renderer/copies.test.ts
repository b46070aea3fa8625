import { expect, test } from 'vitest'
import { fakeId } from '../../support/fake-devices.ts'
import { keepCopies, type DroppedFile } from '../../../renderer/bridge/copies.ts'

test('a drop with neither a file nor a folder is told as such, and asks Gangway for nothing', async () => {
  const asked: string[] = []
  const call = (name: string) => {
    asked.push(name)
    return Promise.reject(new Error(name))
  }
  const copies = keepCopies({ call })
  async function* nothing(): AsyncGenerator<DroppedFile> {}
  copies.begin(fakeId(1), nothing())
  await expect.poll(() => copies.state.getState()[0]).toMatchObject({ step: 'failed', fault: null })
  expect(asked).toEqual([])
  copies.cancel(1)
  expect(copies.state.getState()).toEqual([])
})
