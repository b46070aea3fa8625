import { File, Files, Folder } from 'lucide-react'
import type { Shape } from './words.ts'

const icons = { file: File, folder: Folder, several: Files }

export function ShapeIcon({ shape, size = 20 }: { readonly shape: Shape; readonly size?: number }) {
  const Icon = icons[shape]
  return <Icon size={size} aria-hidden />
}
