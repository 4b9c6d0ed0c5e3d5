/** For a region that scrolls sideways or has a height of its own: it takes the focus, so that the keyboard can scroll it (WCAG 2.1.1). */
export const scrollable = { tabIndex: 0 } as const
