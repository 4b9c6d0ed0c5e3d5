/** Where the receiver is looked for through its public URL, and what answers there in its place. */

export const probePrefix = '/probe/'

/** What the inspector of a server answers: no proxy in between tells the two apart. */
export const atInspector = 'This is the inspector of a hookscope serve, not its receiver.\n'
