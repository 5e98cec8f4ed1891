import { start } from '@/shared/app/App'
import { Shell } from '@/shared/shell/Shell'
import { features } from './features'

start({ base: '/console', start: '/home', features, frame: Shell })
