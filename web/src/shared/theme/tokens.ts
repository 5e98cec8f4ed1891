/**
 * The tokens of the look, the only place where a colour is written down.
 * Every text colour has a contrast of at least 4.5 : 1 on the grounds it stands
 * on; `edge`, the border of what can be typed into, at least 3 : 1.
 */
export interface Palette {
  jade: string
  jadeHover: string
  jadePress: string
  jadeSoft: string
  onJade: string
  gold: string
  goldSoft: string
  ink: string
  slate: string
  line: string
  edge: string
  ground: string
  surface: string
  raised: string
  hover: string
  /** Behind a choice of few, and the one that is chosen. */
  track: string
  picked: string
  red: string
  redSoft: string
  onRed: string
  amber: string
  amberSoft: string
  green: string
  greenSoft: string
  blue: string
  blueSoft: string
  veil: string
  shadow: string
  bone: string
  paper: string
  paperInk: string
}

export const light: Palette = {
  jade: '#0E7C66',
  jadeHover: '#0B6B58',
  jadePress: '#095848',
  jadeSoft: '#E7F3F0',
  onJade: '#FFFFFF',
  gold: '#8F5E14',
  goldSoft: '#FDF6E3',
  ink: '#1C2430',
  slate: '#5B6675',
  line: '#E6E9EE',
  edge: '#8A94A3',
  ground: '#F6F7F9',
  surface: '#FFFFFF',
  raised: '#FFFFFF',
  hover: '#F1F4F6',
  track: '#E9EDF1',
  picked: '#FFFFFF',
  red: '#C8372D',
  redSoft: '#FCEFEE',
  onRed: '#FFFFFF',
  amber: '#B35C00',
  amberSoft: '#FDF3E7',
  green: '#1E7F3C',
  greenSoft: '#EAF5EE',
  blue: '#2F6FDE',
  blueSoft: '#EDF3FD',
  veil: 'rgba(18, 24, 33, 0.42)',
  shadow: '0 8px 28px rgba(20, 28, 40, 0.14), 0 1px 3px rgba(20, 28, 40, 0.08)',
  bone: '#EBEEF2',
  paper: '#FFFFFF',
  paperInk: '#1C2430',
}

export const dark: Palette = {
  jade: '#2BB394',
  jadeHover: '#45C4A7',
  jadePress: '#229A7F',
  jadeSoft: '#17352F',
  onJade: '#05211A',
  gold: '#E3B341',
  goldSoft: '#2B2414',
  ink: '#E8ECF1',
  slate: '#9AA6B5',
  line: '#2C333D',
  edge: '#647183',
  ground: '#12161C',
  surface: '#1A2029',
  raised: '#212833',
  hover: '#222A35',
  track: '#12161C',
  picked: '#333D4A',
  red: '#F0857C',
  redSoft: '#3A2021',
  onRed: '#2B0805',
  amber: '#E8A95B',
  amberSoft: '#35281A',
  green: '#63C283',
  greenSoft: '#182F22',
  blue: '#86ADF4',
  blueSoft: '#1B2940',
  veil: 'rgba(4, 6, 10, 0.6)',
  shadow: '0 10px 32px rgba(0, 0, 0, 0.5), 0 0 0 1px #2C333D',
  bone: '#262E39',
  paper: '#FFFFFF',
  paperInk: '#1C2430',
}

/** The colours of series in charts, in the order they are taken. */
export const series = ['#1B8A6B', '#4C5FD5', '#E3A21A', '#E4604A', '#3AA0D8', '#8E6BD8', '#64748B'] as const

/** The system's own face: nothing is downloaded. */
export const face =
  '"PingFang SC", "HarmonyOS Sans SC", "Microsoft YaHei", "Noto Sans CJK SC", system-ui, -apple-system, "Segoe UI", sans-serif'

/** Writes the palette onto the page as custom properties: `jadeSoft` becomes `--jade-soft`. */
export function paint(root: HTMLElement, palette: Palette): void {
  for (const [name, value] of Object.entries(palette)) {
    root.style.setProperty('--' + name.replace(/[A-Z]/g, (c) => '-' + c.toLowerCase()), value as string)
  }
  root.style.setProperty('--face', face)
}
