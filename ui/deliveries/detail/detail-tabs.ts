import { setParams } from '../../app/route.ts'

/** The tabs of a delivery in their order; the keys 1 to 6 open them. */
export const detailTabs = ['body', 'headers', 'signature', 'attempts', 'related', 'raw'] as const
export type DetailTab = (typeof detailTabs)[number]

/** The tab that the URL names; `journey` is the former name of `related`. */
export const detailTabOf = (name: string | undefined): DetailTab =>
  name === 'journey' ? 'related' : (detailTabs.find(tab => tab === name) ?? 'body')

/** Opens a tab. The row of tabs stays where it is, however little the tab has to show. */
export function chooseTab(tab: DetailTab): void {
  const panel = document.getElementById('detail-panel')
  const pane = panel?.closest('.detail')
  if (panel && pane)
    panel.style.minHeight = `${pane.getBoundingClientRect().bottom - panel.getBoundingClientRect().top}px`
  setParams({ tab: tab === 'body' ? null : tab, compare: null })
}
