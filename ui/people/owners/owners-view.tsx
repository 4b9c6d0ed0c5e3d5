import './owners.css'
import { whyNot } from '../../app/people.ts'
import { goTo, linkTo, route } from '../../app/route.ts'
import { TabPanel, Tabs } from '../../kit/tabs.tsx'
import { AuditList } from './audit-list.tsx'
import { PeopleList } from './people-list.tsx'

const tabs = [
  { id: 'people', label: 'People' },
  { id: 'audit', label: 'Audit list' },
] as const

/** Who may sign in, and what they did: for owners. */
export function OwnersView() {
  const active = route.value.item === 'audit' ? 'audit' : 'people'
  const refused = whyNot('GET /api/people')
  return (
    <div class="owners">
      <div class="owners-inner">
        <h1>People</h1>
        {refused === null ? (
          <>
            <Tabs
              label="People"
              name="owners"
              tabs={tabs}
              active={active}
              onChange={id => goTo(linkTo({ view: 'people', item: id === 'audit' ? id : null }))}
            />
            <TabPanel name="owners" active={active}>
              {active === 'audit' ? <AuditList /> : <PeopleList />}
            </TabPanel>
          </>
        ) : (
          <p class="notice tone-warn">{refused}</p>
        )}
      </div>
    </div>
  )
}
