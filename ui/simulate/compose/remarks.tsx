import { AlertIcon } from '../../kit/badge.tsx'
import { remarks } from './library.ts'

/** What is allowed about what was changed but worth saying. */
export function Remarks() {
  return (
    <>
      {remarks.value.map(remark => (
        <p key={remark} class="notice notice-warn">
          <AlertIcon />
          <span>{remark}</span>
        </p>
      ))}
    </>
  )
}
