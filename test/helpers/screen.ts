/** The testing library for views, which waits as long as a busy machine may take: what it waits for ends the wait. */
import { configure } from '@testing-library/preact'

configure({ asyncUtilTimeout: 20_000 })

export * from '@testing-library/preact'
