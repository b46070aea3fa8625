import { Fault } from '#shared/faults.ts'

export function errorCode(error: unknown): string {
  const code: unknown = error instanceof Error && 'code' in error ? error.code : undefined
  return typeof code === 'string' ? code : ''
}

const full = new Set(['ENOSPC', 'EDQUOT'])
const gone = new Set(['ENOENT', 'EIO', 'ENODEV', 'ENXIO', 'ENOTCONN', 'ESTALE', 'ENOMEDIUM'])
const unwritable = new Set(['EACCES', 'EPERM', 'EROFS', 'ENOTDIR', 'ELOOP', 'EFBIG'])

/** What a person can do about a destination that does not take files; a bug stays what it is. */
export function landingFault(error: unknown, folder: string): unknown {
  const code = errorCode(error)
  const options = { cause: error }
  if (full.has(code)) return new Fault('disk.full', { folder }, options)
  if (gone.has(code)) return new Fault('transfer.destinationGone', { folder }, options)
  if (unwritable.has(code)) return new Fault('transfer.destinationUnwritable', { folder }, options)
  return error
}

/** What a file system says of a name it cannot hold. exFAT in user space says: no such thing. */
export function isUnnameable(error: unknown, folder: { isInPlace(): boolean }): boolean {
  const code = errorCode(error)
  if (code === 'ENOENT') return folder.isInPlace()
  return code === 'EINVAL' || code === 'EILSEQ' || code === 'ENAMETOOLONG'
}
