import './check.css'
import './check-keys.ts'
import { route } from '../app/route.ts'
import { CheckList } from './check-list.tsx'
import { checkHref, checkNumber } from './checks.ts'
import { CheckForm } from './form/check-form.tsx'
import { ConfirmDialog } from './form/confirm-dialog.tsx'
import { ReportView } from './report/report.tsx'

/** Endpoint in, report out: the form beside all checks so far, or one check with its findings. */
export function CheckView() {
  const id = checkNumber.value
  const { item } = route.value
  return (
    <>
      <h1 class="view-title">Check</h1>
      {item === null ? (
        <div class="workbench check-view">
          <CheckForm />
          <div class="workbench-side">
            <CheckList />
          </div>
        </div>
      ) : id === null ? (
        <NoSuch />
      ) : (
        <ReportView key={id} id={id} />
      )}
      <ConfirmDialog />
    </>
  )
}

function NoSuch() {
  return (
    <div class="workbench-empty">
      <h2>This is not the number of a check</h2>
      <p>
        <a href={checkHref(null)}>Show all checks</a>
      </p>
    </div>
  )
}
