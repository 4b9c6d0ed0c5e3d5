import './diagnose.css'
import { signal } from '@preact/signals'
import { type DoctorReport, type DoctorStatus, doctorSummary } from '../../core/doctor/doctor.ts'
import { whyNot } from '../app/people.ts'
import { ApiFailure, api, call } from '../client/api.ts'
import { Badge } from '../kit/badge.tsx'
import { Button } from '../kit/button.tsx'
import { exactTime } from '../kit/time.ts'

/** The last report of this page; it does not change by itself. */
const report = signal<DoctorReport | null>(null)
const running = signal(false)
const problem = signal<string | null>(null)

async function diagnose(): Promise<void> {
  running.value = true
  problem.value = null
  try {
    report.value = await call(api.doctor.$get())
  } catch (error) {
    if (!(error instanceof ApiFailure)) throw error
    problem.value = `${error.message} ${error.hint}`
  } finally {
    running.value = false
  }
}

const badges: Readonly<Record<DoctorStatus, readonly ['ok' | 'warn' | 'bad' | 'neutral', string]>> = {
  ok: ['ok', 'OK'],
  warn: ['warn', 'Warning'],
  fail: ['bad', 'Failed'],
  untried: ['neutral', 'Not tried'],
}

/** What `hookscope doctor` says, asked for with a button. */
export function Diagnose() {
  const shown = report.value
  return (
    <>
      <p>
        <Button pending={running.value} refused={whyNot('GET /api/doctor')} onClick={() => void diagnose()}>
          {shown === null ? 'Diagnose' : 'Diagnose again'}
        </Button>
      </p>
      {problem.value === null ? null : (
        <p class="notice tone-bad" role="alert">
          {problem.value}
        </p>
      )}
      {shown === null ? null : (
        <>
          <p role="status" class="muted">
            {doctorSummary(shown)} · {exactTime(shown.at)}
          </p>
          <ul class="doctor-lines">
            {shown.lines.map(({ id, status, title, text, fix }) => (
              <li key={id}>
                <Badge tone={badges[status][0]}>{badges[status][1]}</Badge>
                <div>
                  <strong>{title}</strong> {text}
                  {fix === null ? null : <p class="muted">{fix}</p>}
                </div>
              </li>
            ))}
          </ul>
        </>
      )}
    </>
  )
}
