import { useEffect, useRef, useState, type SubmitEvent } from 'react'
import type { OpensWith } from '#shared/page-door.ts'
import { useContract } from './bridge/context.ts'
import { useAction } from './bridge/use-action.ts'
import styles from './refused-page.module.css'
import { text } from './text/text.ts'
import { Button } from './ui/button.tsx'
import { TextField } from './ui/field.tsx'
import { Page } from './ui/page.tsx'

/** A page that is not let in says what opens it. */
export function RefusedPage({ needs }: { readonly needs: OpensWith }) {
  return needs === 'password' ? <PasswordPage /> : <LinkPage />
}

function LinkPage() {
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

function PasswordPage() {
  const { signIn } = useContract()
  const opening = useAction()
  const [password, setPassword] = useState('')
  const words = text.refused.password
  const form = useRef<HTMLFormElement>(null)
  // There is nothing else to do here.
  useEffect(() => form.current?.querySelector('input')?.focus(), [])
  const submit = (event: SubmitEvent) => {
    event.preventDefault()
    if (password !== '' && !opening.busy) void opening.run(() => signIn(password))
  }
  return (
    <Page title={words.title}>
      <form ref={form} className={styles.form} onSubmit={submit}>
        <TextField
          type="password"
          autoComplete="current-password"
          autoCapitalize="none"
          label={words.label}
          help={words.help}
          problem={opening.says}
          value={password}
          maxLength={256}
          onChange={({ target }) => setPassword(target.value)}
        />
        <Button look="signal" type="submit" aria-busy={opening.busy}>
          {words.open}
        </Button>
      </form>
    </Page>
  )
}
