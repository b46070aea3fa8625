import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import { App } from './app.tsx'
import { connectContract } from './bridge/connect.ts'
import { ContractContext } from './bridge/context.ts'
import './ui/base.css'
import { ErrorBoundary } from './ui/error-boundary.tsx'
import { TooltipProvider } from './ui/tooltip.tsx'

const place = document.querySelector('#app')
if (!place) throw new Error('the page has no place for the app')

createRoot(place).render(
  <StrictMode>
    <ErrorBoundary>
      <ContractContext value={connectContract()}>
        <TooltipProvider>
          <App />
        </TooltipProvider>
      </ContractContext>
    </ErrorBoundary>
  </StrictMode>,
)
