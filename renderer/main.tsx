import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import { languageFor } from '#shared/languages.ts'
import { App } from './app.tsx'
import { connectContract } from './bridge/connect.ts'
import { ContractContext } from './bridge/context.ts'
import { speak } from './text/text.ts'
import './ui/base.css'
import { ErrorBoundary } from './ui/error-boundary.tsx'
import { TooltipProvider } from './ui/tooltip.tsx'
import { useLanguage } from './ui/use-language.ts'

const place = document.querySelector('#app')
if (!place) throw new Error('the page has no place for the app')
const contract = connectContract()

/** Drawn anew, and nothing of it lost, when the language changes. */
function Everything() {
  useLanguage()
  return (
    <ErrorBoundary>
      <ContractContext value={contract}>
        <TooltipProvider>
          <App />
        </TooltipProvider>
      </ContractContext>
    </ErrorBoundary>
  )
}

// Until the settings have come, which may say otherwise.
await speak(languageFor('system', navigator.languages))
createRoot(place).render(
  <StrictMode>
    <Everything />
  </StrictMode>,
)
