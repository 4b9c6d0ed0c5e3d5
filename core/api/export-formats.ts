/** The formats in which deliveries are exported, by their names in options and URLs. */
export const exportFormats = ['ndjson', 'csv', 'hookscope', 'har', 'html'] as const
export type ExportFormat = (typeof exportFormats)[number]
