/** Processor time, which tells more than a wall time where others use the machine as well. */
import { readFileSync } from 'node:fs'
import type { Sql } from '../server/store/postgres/connection.ts'

/** Of a process with one thread so far, milliseconds. */
const ofThread = (pid: number) => Number(readFileSync(`/proc/${pid}/schedstat`, 'utf8').split(' ')[0]) / 1e6

/** Of a process so far, milliseconds, to a hundredth of a second. */
export function processorMs(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8')
    .replace(/^.*\) /, '')
    .split(' ')
  return (Number(fields[11]) + Number(fields[12])) * 10
}

/** Of all processes of a PostgreSQL server on this machine so far, milliseconds. */
export async function serverMs(sql: Sql): Promise<number> {
  const backends = await sql<{ pid: number }[]>`SELECT pid FROM pg_stat_activity`
  return backends.reduce((sum, { pid }) => sum + ofThread(pid), 0)
}
