import { pos } from '@/features/pos/feature'
import { signin } from '@/features/signin/feature'
import { start } from '@/shared/app/App'
import { Plain } from './Plain'

start({ base: '/pos', start: '/sell', features: [signin, pos], frame: Plain })
