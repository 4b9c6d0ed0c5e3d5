import type { RefObject } from 'preact'
import { useLayoutEffect, useRef } from 'preact/hooks'

/**
 * Gives an element the focus when it appears, also on a page that had it elsewhere: browsers heed `autofocus` once a page, and
 * for a dialog as it opens.
 */
export function useFocus<Element extends HTMLElement>(wanted: boolean | undefined = true): RefObject<Element> {
  const element = useRef<Element>(null)
  useLayoutEffect(() => {
    if (wanted) element.current?.focus()
  }, [wanted])
  return element
}
