import { useState } from 'react'
import type { DoctorReport } from '#shared/devices.ts'
import { formatReport } from '#shared/doctor.ts'
import { useContract, useWheneverLive } from '../bridge/context.ts'
import { useAction } from '../bridge/use-action.ts'
import { DeviceHeader } from '../devices/device-header.tsx'
import page from '../devices/device-page.module.css'
import { text } from '../text/text.ts'
import { sinceWords } from '../text/times.ts'
import { Button } from '../ui/button.tsx'
import { CopyButton } from '../ui/copy-button.tsx'
import { Notice } from '../ui/notice.tsx'
import { Skeleton } from '../ui/skeleton.tsx'
import { Spinner } from '../ui/spinner.tsx'
import { Findings } from './findings.tsx'
import styles from './doctor-page.module.css'
import { Links } from './links.tsx'
import { Summary } from './summary.tsx'

/** Looks as soon as it is opened; what it found stays while it looks again. */
export function DoctorPage() {
  const { link } = useContract()
  const looking = useAction()
  const [report, setReport] = useState<DoctorReport | null>(null)
  const words = text.doctor

  const look = () => void looking.run(async () => setReport(await link.call('doctor.run', {})))
  useWheneverLive(() => {
    if (report === null && !looking.busy) look()
  })

  return (
    <div className={page.page} aria-busy={looking.busy}>
      <DeviceHeader
        title={<h1>{words.title}</h1>}
        badge={null}
        facts={[report ? words.looked(sinceWords(report.at, report.at)) : words.help]}
        end={
          <div className={styles.actions}>
            {report ? <CopyButton words={words.copy} content={() => formatReport(report)} /> : null}
            <Button aria-disabled={looking.busy} onClick={looking.busy ? undefined : look}>
              {looking.busy ? words.stillRunning : words.again}
            </Button>
          </div>
        }
      />
      {looking.says === null ? null : (
        <div role="alert">
          <Notice>{`${words.failedTitle}. ${looking.says}`}</Notice>
        </div>
      )}
      {report ? (
        <>
          <Summary report={report} />
          <Findings checks={report.checks} />
          <Links links={report.links} />
        </>
      ) : looking.says === null ? (
        <Looking />
      ) : null}
    </div>
  )
}

function Looking() {
  const words = text.doctor
  return (
    <>
      <output className={styles.looking}>
        <Spinner size={22} />
        <span>
          <span className={styles.what}>{words.running}</span>
          <span className={styles.help}>{words.runningHelp}</span>
        </span>
      </output>
      <div className={styles.places} aria-hidden>
        <Skeleton shape="card" />
        <Skeleton shape="card" />
      </div>
    </>
  )
}
