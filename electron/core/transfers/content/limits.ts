/** What a peer may announce, checked before anything is allocated for it. */

/** One name, before it is made fit for the receiving system. */
export const maxNameBytes = 1024
/** UTF-16 units of a whole path, as it is told and kept. */
export const maxPathLength = 4_096
/** No system takes more folders within folders in one path. */
export const maxDepth = 512
export const maxEntries = 4_000_000
export const maxEntriesPerBatch = 2_048

/** Chunks are whole pages; the largest leaves room for its header in a frame. */
export const minChunkBytes = 64 * 1024
export const defaultChunkBytes = 256 * 1024
export const maxChunkBytes = 960 * 1024

/** Files up to here travel whole, many to a frame. */
export const smallFileBytes = 64 * 1024

/** A file that arrived wrong is looked through in pieces of this size. */
export const sumChunkBytes = 256 * 1024
export const maxSumsPerBatch = 8_192
