/** What is noted of programs that hookscope started, as an earlier run left it. */
import { z } from 'zod'

const notesSchema = z.array(z.object({ pid: z.int().min(2), name: z.string(), identity: z.string() }))
export type ChildNote = z.infer<typeof notesSchema>[number]

/** @param noted as it was kept; none where that cannot be read */
export function readNotes(noted: string): readonly ChildNote[] {
  try {
    return notesSchema.parse(JSON.parse(noted))
  } catch {
    return []
  }
}
