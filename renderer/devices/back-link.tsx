import { ChevronLeft } from 'lucide-react'
import { homeHref } from '../route.ts'
import { text } from '../text/text.ts'
import { useNarrow } from '../ui/media.ts'
import styles from './back-link.module.css'

/** On a narrow window the list is a page of its own, and this the way back to it. */
export function BackLink() {
  return useNarrow() ? (
    <a className={styles.back} href={homeHref}>
      <ChevronLeft size={18} aria-hidden />
      {text.devices}
    </a>
  ) : null
}
