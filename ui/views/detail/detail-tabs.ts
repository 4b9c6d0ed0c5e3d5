/** The tabs of a delivery in their order; the keys 1 to 6 open them. */
export const detailTabs = ['body', 'headers', 'signature', 'attempts', 'journey', 'raw'] as const
export type DetailTab = (typeof detailTabs)[number]
