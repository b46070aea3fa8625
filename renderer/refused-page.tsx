import styles from './refused-page.module.css'
import { text } from './text/text.ts'
import { Page } from './ui/page.tsx'

export function RefusedPage() {
  const [find, open] = text.refused.steps
  return (
    <Page title={text.refused.title}>
      <p>{text.refused.what}</p>
      <ol className={styles.steps}>
        <li>
          {find} <code className={styles.command}>{text.refused.command}</code>
        </li>
        <li>{open}</li>
      </ol>
    </Page>
  )
}
