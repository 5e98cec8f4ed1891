import { Button } from 'antd'
import { useEffect, useRef, useState } from 'react'
import { call, newKey } from '@/shared/api/client'
import { useApi, useDrop } from '@/shared/api/query'
import type { Demo, HomeReport } from '@/shared/api/types'
import { useFormat } from '@/shared/format/useFormat'
import { useRenewSession, useSession } from '@/shared/session/session'
import { useText } from '@/shared/text/text'
import { Confirm } from '@/shared/ui/Confirm'
import { Notice } from '@/shared/ui/Notice'
import { Card } from '@/shared/ui/PageHead'
import { useTell } from '@/shared/ui/tell'
import css from './home.module.css'
import { text } from './text'

const everySecond = 1000

/** Demo data: offered to an empty shop, shown while it is on its way, and cleared again. */
export function DemoBar({ setup }: { setup: HomeReport['setup'] }) {
  const { can } = useSession()
  if (!can('demo.manage')) return null
  return <Managed setup={setup} />
}

/** The state of the demo data, asked every second while it changes; when it has settled, everything is fetched anew. */
function useDemo() {
  const t = useText(text)
  const tell = useTell()
  const drop = useDrop()
  const renew = useRenewSession()
  const [busy, setBusy] = useState(false)
  const answer = useApi<Demo>('/demo', {}, { refetchInterval: busy ? everySecond : false })
  const state = answer.data?.state
  const before = useRef(state)
  useEffect(() => {
    const was = before.current
    before.current = state
    const moving = state === 'loading' || state === 'clearing'
    setBusy(moving)
    if ((was === 'loading' || was === 'clearing') && !moving && state) {
      tell.done(t(state === 'loaded' ? 'demoReady' : 'demoCleared'))
      void renew().then(() => drop(['/']))
    }
  }, [state, tell, t, renew, drop])
  return answer
}

function Managed({ setup }: { setup: HomeReport['setup'] }) {
  const t = useText(text)
  const tell = useTell()
  const { me } = useSession()
  const answer = useDemo()
  const [asking, setAsking] = useState(false)
  const [starting, setStarting] = useState(false)
  const state = answer.data?.state ?? (setup.demo || me.demo ? 'loaded' : 'none')

  const load = async () => {
    setStarting(true)
    try {
      await call('POST', '/demo', { key: newKey() })
      await answer.refetch()
    } catch (thrown) {
      tell.failed(thrown)
    } finally {
      setStarting(false)
    }
  }
  const { trouble, kept } = answer.data ?? {}
  if (state === 'loading' || state === 'clearing') return <Moving demo={answer.data} />
  if (state === 'loaded') {
    return (
      <>
        {trouble && <Notice tone="red">{trouble}</Notice>}
        <Notice
          tone="amber"
          end={
            <Button size="small" onClick={() => setAsking(true)}>
              {t('demoClear')}
            </Button>
          }
        >
          {t('demoLoaded')}
        </Notice>
        <Confirm
          open={asking}
          close={() => setAsking(false)}
          title={t('demoClear')}
          act={t('demoClear')}
          danger
          run={async () => {
            await call('DELETE', '/demo')
            await answer.refetch()
          }}
        >
          {t('demoClearBody')}
        </Confirm>
      </>
    )
  }
  const stayed = kept && (
    <Notice>{t('demoKept', { products: kept.products.length, stores: kept.stores.length })}</Notice>
  )
  if (setup.orders > 0) return stayed ?? null
  return (
    <Card>
      {trouble && <Notice tone="red">{trouble}</Notice>}
      {stayed}
      <div className={css.demo}>
        <div>
          <h2 className={css.demoTitle}>{t('demoTitle')}</h2>
          <p className={css.demoLine}>{t('demoLine')}</p>
        </div>
        <Button loading={starting} onClick={() => void load()}>
          {t('demoLoad')}
        </Button>
      </div>
    </Card>
  )
}

function Moving({ demo }: { demo: Demo | undefined }) {
  const t = useText(text)
  const format = useFormat()
  const label = t(demo?.state === 'clearing' ? 'demoClearing' : 'demoLoading')
  return (
    <Card>
      <div className={css.moving}>
        <span>{label}</span>
        <span className={css.count}>
          {demo && demo.total > 0 && t('demoProgress', { done: format.integer(demo.done), total: format.integer(demo.total) })}
        </span>
        <progress className={css.bar} max={100} value={demo?.progress ?? 0} aria-label={label} />
      </div>
    </Card>
  )
}
