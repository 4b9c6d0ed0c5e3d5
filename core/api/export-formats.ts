/** The formats in which deliveries are exported, by their names in options and URLs. */
export const exportFormats = ['ndjson', 'csv', 'hookscope', 'har', 'html'] as const
export type ExportFormat = (typeof exportFormats)[number]

/** Whether deliveries can be anonymized in it: a table has neither a body nor a signature to replace. */
export const canAnonymize = (format: ExportFormat): boolean => format !== 'csv'

/** A header of the answer: no delivery is in the file, which each format says in another way. */
export const emptyExportHeader = 'Hookscope-Export-Empty'
