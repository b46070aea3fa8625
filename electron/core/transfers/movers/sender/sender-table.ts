import { EntryTable } from '../entry-table.ts'

/**
 * listed → told → wanted → sent → landed, or failed at any point; probing on the way from told to
 * wanted or landed.
 */
const states = ['listed', 'told', 'probing', 'wanted', 'sent', 'landed', 'failed'] as const
export type SenderState = (typeof states)[number]
export type SenderTable = EntryTable<SenderState>

export const senderTable = (): SenderTable => new EntryTable<SenderState>([...states])
