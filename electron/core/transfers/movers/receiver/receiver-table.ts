import { EntryTable } from '../entry-table.ts'

/**
 * asked (perhaps after probing) → arriving, for files that come in pieces → landing → landed, or
 * failed at any point.
 */
const states = ['asked', 'probing', 'arriving', 'landing', 'landed', 'failed'] as const
export type ReceiverState = (typeof states)[number]
export type ReceiverTable = EntryTable<ReceiverState>

export const receiverTable = (): ReceiverTable => new EntryTable<ReceiverState>([...states])
