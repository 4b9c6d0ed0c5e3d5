import { Warning } from '../../kit/warning.tsx'
import { remarks } from './library.ts'

/** What is allowed about what was changed but worth saying. */
export function Remarks() {
  return (
    <>
      {remarks.value.map(remark => (
        <Warning key={remark}>{remark}</Warning>
      ))}
    </>
  )
}
