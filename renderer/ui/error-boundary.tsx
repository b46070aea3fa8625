import { Component, type ReactNode } from 'react'
import { text } from '../text/text.ts'
import { Button } from './button.tsx'
import { Page } from './page.tsx'

interface Props {
  readonly children: ReactNode
}

/** A bug in one screen becomes a sentence and a way on, never an empty window. */
export class ErrorBoundary extends Component<Props, { readonly broken: boolean }> {
  override readonly state = { broken: false }

  static getDerivedStateFromError() {
    return { broken: true }
  }

  override render() {
    if (!this.state.broken) return this.props.children
    return (
      <Page title={text.broken.title}>
        <p>{text.broken.help}</p>
        <Button look="signal" onClick={() => location.reload()}>
          {text.broken.reload}
        </Button>
      </Page>
    )
  }
}
