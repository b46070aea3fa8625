import type { DroppedFile } from '../../bridge/copies.ts'

/** What one drops or chooses, and how its files are found without holding up the page. */
export interface Dropped {
  /** One for each thing that was dropped, a folder too. */
  readonly things: readonly File[]
  readonly files: AsyncIterable<DroppedFile>
}

/** To be called while the drop is handled: a moment later a browser has forgotten it. */
export function droppedIn(data: DataTransfer): Dropped {
  const items = [...data.items].filter(({ kind }) => kind === 'file')
  const found = items.map((item) => ({ entry: item.webkitGetAsEntry(), file: item.getAsFile() }))
  async function* files(): AsyncGenerator<DroppedFile> {
    for (const { entry, file } of found) {
      if (entry) yield* below(entry, entry.name)
      else if (file) yield { path: file.name, file }
    }
  }
  return { things: [...data.files], files: files() }
}

/** From a dialog of the browser; a chosen folder names its files by their way in it. */
export function chosenIn(files: readonly File[]): AsyncIterable<DroppedFile> {
  async function* all(): AsyncGenerator<DroppedFile> {
    for (const file of files) yield { path: file.webkitRelativePath || file.name, file }
  }
  return all()
}

async function* below(entry: FileSystemEntry, path: string): AsyncGenerator<DroppedFile> {
  if (isFile(entry)) {
    const file = await new Promise<File>((resolve, reject) => entry.file(resolve, reject))
    yield { path, file }
    return
  }
  if (!isFolder(entry)) return
  const reader = entry.createReader()
  for (let isEmpty = true; ; isEmpty = false) {
    // A browser hands out a hundred at a time, and none when there are no more.
    const some = await new Promise<FileSystemEntry[]>((resolve, reject) =>
      reader.readEntries(resolve, reject),
    )
    if (some.length === 0) {
      if (isEmpty) yield { path, file: null }
      return
    }
    for (const inner of some) yield* below(inner, `${path}/${inner.name}`)
  }
}

function isFile(entry: FileSystemEntry): entry is FileSystemFileEntry {
  return entry.isFile
}

function isFolder(entry: FileSystemEntry): entry is FileSystemDirectoryEntry {
  return entry.isDirectory
}

/** Whether something can be dropped at all: text and links cannot. */
export function hasFiles(data: DataTransfer | null): boolean {
  return data?.types.includes('Files') ?? false
}

/** The folder a browser's dialog chose, from where one of its files lies. */
export function folderOf(path: string, relative: string): string {
  const inside = relative.split('/').length - 1
  const parts = path.split(/(?<=[/\\])/)
  return parts
    .slice(0, parts.length - inside)
    .join('')
    .replace(/[/\\]$/, '')
}
