import type { ComponentChildren } from 'preact'
import { useEffect } from 'preact/hooks'
import { Toasts } from '../../kit/toast-list.tsx'

/** One card in the middle of the screen. */
export function DoorCard({ title, children }: { title: string; children: ComponentChildren }) {
  useEffect(() => {
    document.title = `${title} · hookscope`
  }, [title])
  return (
    <>
      <main class="door">
        <div class="door-card">
          <p class="door-mark">
            <img src="/icon.svg" alt="" width={24} height={24} /> hookscope
          </p>
          <h1>{title}</h1>
          {children}
        </div>
      </main>
      <Toasts />
    </>
  )
}
