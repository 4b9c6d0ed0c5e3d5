import { KeyRound, Smartphone, Trash2 } from 'lucide-preact'
import { useState } from 'preact/hooks'
import type { MeView, SecondFactorView } from '../../../core/people/views.ts'
import { counted } from '../../../core/text/text.ts'
import { orToast } from '../../app/or-toast.ts'
import { learnWho } from '../../app/people.ts'
import { call } from '../../client/api.ts'
import { Badge } from '../../kit/badge.tsx'
import { Button, IconButton } from '../../kit/button.tsx'
import { Confirmation } from '../../kit/confirmation.tsx'
import { Dialog } from '../../kit/dialog.tsx'
import { exactTime, momentText, now } from '../../kit/time.ts'
import { showToast } from '../../kit/toasts.ts'
import { auth } from '../client.ts'
import { RecoveryCodes } from '../factor/recovery-codes.tsx'
import { type FactorKind, SetUp } from '../factor/set-up.tsx'
import { canUsePasskeys } from '../passkeys.ts'
import { PasswordDialog } from './password-dialog.tsx'

type Open =
  | { readonly kind: 'set-up'; readonly offered: readonly FactorKind[]; readonly title: string }
  | { readonly kind: 'codes' | 'off' }
  | { readonly kind: 'shown'; readonly codes: readonly string[] }
  | { readonly kind: 'remove'; readonly id: string; readonly name: string }

interface SecondFactorSectionProps {
  person: MeView['person']
  factor: SecondFactorView
  isShared: boolean
}

/** What the person can give, and how it is added and taken away. */
export function SecondFactorSection({ person, factor, isShared }: SecondFactorSectionProps) {
  const [open, setOpen] = useState<Open | null>(null)
  const close = () => setOpen(null)
  const { authenticator, passkeys, recoveryCodes } = factor
  const add = (kind: FactorKind, title: string) => setOpen({ kind: 'set-up', offered: [kind], title })
  return (
    <>
      {person.hasSecondFactor ? (
        <>
          <ul class="account-list card">
            {authenticator ? (
              <li>
                <Smartphone size={15} />
                <span class="fill">Authenticator app</span>
                <Badge tone="ok">On</Badge>
              </li>
            ) : null}
            {passkeys.map(({ id, name, createdAt }) => (
              <li key={id}>
                <KeyRound size={15} />
                <span class="words fill">
                  <span class="breaks">{name}</span>
                  {createdAt === null ? null : (
                    <span class="note" title={exactTime(createdAt)}>
                      Passkey, added {momentText(createdAt, now.value)}
                    </span>
                  )}
                </span>
                <IconButton
                  small
                  label={`Remove the passkey ${name}`}
                  icon={<Trash2 size={14} />}
                  onClick={() => setOpen({ kind: 'remove', id, name })}
                />
              </li>
            ))}
          </ul>
          <p class={recoveryCodes < 3 ? 'notice tone-warn' : undefined}>
            {counted(recoveryCodes, 'recovery code is', 'recovery codes are')} left.
          </p>
          <div class="row">
            {authenticator ? null : (
              <Button onClick={() => add('authenticator', 'Add an authenticator app')}>Add an authenticator app</Button>
            )}
            {isShared && canUsePasskeys() ? (
              <Button onClick={() => add('passkey', 'Add a passkey')}>Add a passkey</Button>
            ) : null}
            <Button onClick={() => setOpen({ kind: 'codes' })}>New recovery codes</Button>
            <Button variant="danger" onClick={() => setOpen({ kind: 'off' })}>
              Turn off
            </Button>
          </div>
        </>
      ) : (
        <>
          <p>None is set up: Hooks stay closed to you.</p>
          <div class="row">
            <Button
              variant="primary"
              onClick={() =>
                setOpen({ kind: 'set-up', offered: ['authenticator', 'passkey'], title: 'Set up a second factor' })
              }
            >
              Set up a second factor
            </Button>
          </div>
        </>
      )}
      <OpenDialog open={open} onOpen={setOpen} onClose={close} isShared={isShared} />
    </>
  )
}

interface OpenDialogProps {
  open: Open | null
  onOpen: (open: Open) => void
  onClose: () => void
  isShared: boolean
}

function OpenDialog({ open, onOpen, onClose, isShared }: OpenDialogProps) {
  switch (open?.kind) {
    case undefined:
      return null
    case 'set-up':
      return (
        <Dialog open title={open.title} onClose={onClose}>
          <SetUp
            offered={open.offered}
            back="Cancel"
            onBack={onClose}
            onDone={async () => {
              await learnWho()
              onClose()
            }}
          />
        </Dialog>
      )
    case 'shown':
      return (
        <Dialog open title="Recovery codes" onClose={onClose}>
          <RecoveryCodes codes={open.codes} onDone={onClose} />
        </Dialog>
      )
    case 'codes':
      return (
        <PasswordDialog
          title="Make new recovery codes?"
          act="Make new codes"
          isShared={isShared}
          onClose={onClose}
          onAct={async json => {
            const { recoveryCodes } = await call(auth['second-factor']['recovery-codes'].$post({ json }))
            await learnWho()
            onOpen({ kind: 'shown', codes: recoveryCodes })
          }}
        >
          The codes that you have now stop working.
        </PasswordDialog>
      )
    case 'off':
      return (
        <PasswordDialog
          title="Turn off your second factor?"
          act="Turn off"
          isDanger
          isShared={isShared}
          onClose={onClose}
          onAct={async json => {
            await call(auth['second-factor'].off.$post({ json }))
            await learnWho()
            onClose()
            showToast('Your second factor is off.')
          }}
        >
          The authenticator, all passkeys and all recovery codes are removed, and your other sessions end. Hooks stay
          closed to you until you set one up again.
        </PasswordDialog>
      )
    case 'remove':
      return (
        <Confirmation
          title={`Remove the passkey “${open.name}”?`}
          keep="Keep it"
          act="Remove"
          onKeep={onClose}
          onAct={async () => {
            await orToast(async () => {
              await call(auth.passkeys[':id'].$delete({ param: { id: open.id } }))
              await learnWho()
            })
            onClose()
          }}
        >
          <p>It cannot be used to sign in any more, and your other sessions end.</p>
        </Confirmation>
      )
  }
}
