/** What is heard: something was taken, something is wrong, it is paid. */
export type Sound = 'scan' | 'wrong' | 'paid'

/** A tone: its pitch in hertz, when it begins and how long it lasts, in seconds. */
type Tone = readonly [pitch: number, begins: number, lasts: number]

const tunes: Record<Sound, { shape: OscillatorType; loud: number; tones: readonly Tone[] }> = {
  scan: { shape: 'sine', loud: 0.16, tones: [[1320, 0, 0.07]] },
  wrong: { shape: 'square', loud: 0.07, tones: [[196, 0, 0.14], [147, 0.17, 0.22]] },
  paid: { shape: 'sine', loud: 0.18, tones: [[784, 0, 0.1], [1047, 0.1, 0.1], [1568, 0.2, 0.24]] },
}

const kept = 'huiji.pos.sound'

/** Whether this device makes sounds; it does until somebody turns them off. */
export function soundsOn(): boolean {
  return localStorage.getItem(kept) !== 'off'
}

/** Remembers on this device whether there are sounds. */
export function keepSounds(on: boolean): void {
  localStorage.setItem(kept, on ? 'on' : 'off')
}

/** Makes a player. Nothing is loaded: the tones are made by the browser. */
export function newPlayer(): (sound: Sound) => void {
  let audio: AudioContext | null = null
  return (sound) => {
    try {
      audio ??= new AudioContext()
      // A browser lets a page be heard only after the person has touched it.
      if (audio.state === 'suspended') void audio.resume().catch(() => undefined)
      const { shape, loud, tones } = tunes[sound]
      for (const [pitch, begins, lasts] of tones) {
        const at = audio.currentTime + begins
        const voice = audio.createOscillator()
        const volume = audio.createGain()
        voice.type = shape
        voice.frequency.value = pitch
        volume.gain.setValueAtTime(loud, at)
        volume.gain.exponentialRampToValueAtTime(0.001, at + lasts)
        voice.connect(volume).connect(audio.destination)
        voice.start(at)
        voice.stop(at + lasts)
      }
    } catch {
      // A till without sound still sells.
    }
  }
}
