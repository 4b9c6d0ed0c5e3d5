import '../../styles/workbench.css'
import '../../styles/composer.css'
import './readiness-keys.ts'
import { checkHref, checkNumber } from '../../models/readiness.ts'
import { route } from '../../models/route.ts'
import { CheckForm } from './check-form.tsx'
import { CheckList } from './check-list.tsx'
import { ConfirmDialog } from './confirm-dialog.tsx'
import { Report } from './report.tsx'

/** Endpoint in, report out: the form beside all checks so far, or one check with its findings. */
export function ReadinessView() {
  const id = checkNumber.value
  const { item } = route.value
  return (
    <>
      <h1 class="hidden-text">Readiness</h1>
      {item === null ? (
        <div class="simulate readiness">
          <CheckForm />
          <div class="simulate-side">
            <CheckList />
          </div>
        </div>
      ) : id === null ? (
        <NoSuch />
      ) : (
        <Report key={id} id={id} />
      )}
      <ConfirmDialog />
    </>
  )
}

function NoSuch() {
  return (
    <div class="simulate-empty">
      <h2>This is not the number of a check</h2>
      <p>
        <a href={checkHref(null)}>Show all checks</a>
      </p>
    </div>
  )
}
