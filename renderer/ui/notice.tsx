import { TriangleAlert } from 'lucide-react'
import styles from './notice.module.css'

/** A problem and its remedy, where the person already looks. */
export function Notice({ children }: { readonly children: string }) {
  return (
    <p className={styles.notice}>
      <TriangleAlert size={18} aria-hidden />
      <span>{children}</span>
    </p>
  )
}
