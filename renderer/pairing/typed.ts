import type { CallInput } from '#shared/contract.ts'
import { emptyFields, type Fields } from './phrase.ts'

/** What the person has typed, pasted or chosen so far; kept while they look at something else. */
export interface Typed {
  readonly way: 'words' | 'link' | 'file'
  readonly fields: Fields
  /** Null while the field for it is not wanted. */
  readonly address: string | null
  readonly link: string
  readonly file: ChosenFile | null
  readonly password: string
  /** The link was opened with Gangway from elsewhere: nobody here typed or pasted it. */
  readonly opened: boolean
}

export interface ChosenFile {
  readonly name: string
  readonly base64: string
}

export const nothingTyped: Typed = {
  way: 'words',
  fields: emptyFields,
  address: null,
  link: '',
  file: null,
  password: '',
  opened: false,
}

type Joining =
  | { readonly call: 'pairing.join'; readonly input: CallInput<'pairing.join'> }
  | { readonly call: 'pairing.joinFile'; readonly input: CallInput<'pairing.joinFile'> }

/** What is asked of Gangway with it. */
export function joiningWith({ way, fields, address, link, file, password }: Typed): Joining {
  if (way === 'file') {
    return { call: 'pairing.joinFile', input: { file: file?.base64 ?? '', password } }
  }
  const input =
    way === 'link'
      ? { code: link.trim(), address: null }
      : { code: fields.join(' '), address: address?.trim() || null }
  return { call: 'pairing.join', input }
}

/** As the contract wants it, said before anything is asked. */
export function isAddress(address: string): boolean {
  return /^(?:\[[0-9a-fA-F:.]+\]|[\w.-]+):\d{1,5}$/.test(address.trim())
}
