import { Dialog } from '../../kit/dialog.tsx'
import { keyTable } from '../../kit/keys.ts'
import { scrollable } from '../../kit/scrollable.ts'
import { helpOpen } from '../page.ts'
import { sandboxHref } from '../route.ts'

const names: Readonly<Record<string, string>> = {
  ArrowDown: '↓',
  ArrowUp: '↑',
  ArrowLeft: '←',
  ArrowRight: '→',
  Escape: 'Esc',
  ' ': 'Space',
}

/** A key of the table as people read it. */
export function KeyCap({ name }: { name: string }) {
  return (
    <span class="key-caps">
      {name.split(/(?<=.)[ +](?=.)/).map((part, index) => (
        // The parts of one key never move.
        <kbd key={`${index}${part}`}>{names[part] ?? part}</kbd>
      ))}
    </span>
  )
}

/** Every key, from the table that binds them. */
export function HelpDialog() {
  return (
    <Dialog
      open={helpOpen.value}
      title="Keys"
      wide
      onClose={() => {
        helpOpen.value = false
      }}
    >
      <p class="help-more">
        <a
          href={sandboxHref()}
          onClick={() => {
            helpOpen.value = false
          }}
        >
          Sandbox: what brings which event
        </a>
      </p>
      {/* Longer than a small screen: the keyboard scrolls it. */}
      <div class="key-groups" {...scrollable}>
        {keyTable.value.map(group => (
          <section key={group.title}>
            <h3>{group.title}</h3>
            <dl>
              {group.bindings
                .filter(({ unlisted, refused }) => unlisted !== true && (refused?.() ?? null) === null)
                .map(binding => (
                  <div key={binding.key} class="key-line">
                    <dt>
                      <KeyCap name={binding.key} />
                    </dt>
                    <dd>{binding.description}</dd>
                  </div>
                ))}
            </dl>
          </section>
        ))}
      </div>
    </Dialog>
  )
}
