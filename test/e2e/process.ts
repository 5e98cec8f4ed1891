// The real binary as a child process: a folder of its own, a free port, and
// nothing left behind.
import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { promisify } from 'node:util'

const run = promisify(execFile)

/** Who owns the merchant that `init` made. */
export const owner = { account: 'owner', password: 'correct-horse-battery-9' } as const

/** One installation of Huiji: its data, and the server while it runs. */
export class Huiji {
  /** Where the server answers, as in `http://127.0.0.1:41234`; empty before `serve`. */
  url = ''
  /** What the server wrote so far, for messages and for the set-up link. */
  output = ''
  private server: ChildProcess | undefined

  private constructor(
    private readonly binary: string,
    readonly folder: string,
  ) {}

  /** An empty folder; nothing is set up and nothing runs. */
  static async create(): Promise<Huiji> {
    const binary = resolve(process.env.HUIJI_BIN ?? join(__dirname, '../../bin/huiji'))
    if (!existsSync(binary)) throw new Error(`${binary} is missing: run make build`)
    return new Huiji(binary, await mkdtemp(join(tmpdir(), 'huiji-e2e-')))
  }

  /** Runs a command of the binary on this installation's data; answers standard output. */
  async command(...args: string[]): Promise<string> {
    const { stdout } = await run(this.binary, [...args, '--data', this.data()], { env: this.env() })
    return stdout
  }

  /** Sets up a merchant, a store and the owner without a browser. */
  async init({ merchant = '汇积测试店', timezone = 'Asia/Shanghai' } = {}): Promise<void> {
    const password = join(this.folder, 'password')
    await writeFile(password, owner.password, { mode: 0o600 })
    await this.command(
      ...['init', '--merchant', merchant, '--store', 'S01', '--timezone', timezone],
      ...['--owner', owner.account, '--password-file', password],
    )
  }

  /** Starts the server on a free port and waits until it is ready. */
  async serve(): Promise<void> {
    const port = await freePort()
    this.url = `http://127.0.0.1:${port}`
    const server = spawn(this.binary, ['serve', '--data', this.data(), '--addr', `127.0.0.1:${port}`], {
      env: this.env(),
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    this.server = server
    const keep = (chunk: Buffer) => {
      this.output += chunk.toString()
    }
    server.stdout.on('data', keep)
    server.stderr.on('data', keep)
    server.on('error', (error) => keep(Buffer.from(String(error))))
    await this.ready()
  }

  /** The one-time link that a server without a merchant prints, on this server's address. */
  setupLink(): string {
    const found = /\/console\/setup\?token=[\w-]+/.exec(this.output)
    if (!found) throw new Error(`no set-up link in:\n${this.output}`)
    return this.url + found[0]
  }

  /** Ends the server as an operator would, or as a power cut does. */
  async stop(signal: 'SIGTERM' | 'SIGKILL' = 'SIGTERM'): Promise<void> {
    const server = this.server
    this.server = undefined
    if (!server || server.exitCode !== null || server.signalCode !== null) return
    const ended = new Promise((done) => server.once('exit', done))
    server.kill(signal)
    const patience = setTimeout(() => server.kill('SIGKILL'), 15_000)
    await ended
    clearTimeout(patience)
  }

  /** Stops the server and removes the data. */
  async remove(): Promise<void> {
    await this.stop()
    await rm(this.folder, { recursive: true, force: true })
  }

  private data(): string {
    return join(this.folder, 'data')
  }

  // What is set in the caller's shell must not reach the program under test. Port
  // 0 for operations: servers of other tests may run beside this one.
  private env(): NodeJS.ProcessEnv {
    const kept = Object.entries(process.env).filter(([name]) => !name.startsWith('HUIJI_'))
    return { ...Object.fromEntries(kept), HUIJI_OPS_ADDR: '127.0.0.1:0' }
  }

  // /readyz may live on the operations port only; then the sign-in page tells.
  private async ready(): Promise<void> {
    for (const until = Date.now() + 90_000; Date.now() < until; ) {
      if (this.server?.exitCode !== null) break
      for (const path of ['/readyz', '/api/v1/setup']) {
        const status = await fetch(this.url + path).then(
          (answer) => answer.status,
          () => 0,
        )
        if (status === 200) return
        if (status !== 404) break
      }
      await new Promise((done) => setTimeout(done, 50))
    }
    await this.stop()
    throw new Error(`the server is not ready; it wrote:\n${this.output}`)
  }
}

function freePort(): Promise<number> {
  return new Promise((done, fail) => {
    const probe = createServer()
    probe.once('error', fail)
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address()
      probe.close(() => (address && typeof address === 'object' ? done(address.port) : fail(new Error('no free port'))))
    })
  })
}
