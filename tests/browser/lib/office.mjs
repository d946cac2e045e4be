/*
 * A real office in an empty folder: `wangxun serve` on a free loopback port, stopped by its
 * process id when the work is done.
 */
import { execFileSync, spawn } from 'node:child_process'
import { randomInt } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

export const root = join(dirname(fileURLToPath(import.meta.url)), '../../..')
const program = process.env.WANGXUN ?? join(root, 'build/wangxun')

function isFree(port) {
  return new Promise((resolve) => {
    const probe = createServer()
    probe.once('error', () => resolve(false))
    probe.listen(port, '127.0.0.1', () => probe.close(() => resolve(true)))
  })
}
export async function freePort() {
  // below the kernel's own ports; by chance, for another test looks as well and neither holds
  // what it found
  for (let i = 0; i < 500; i++) {
    const port = randomInt(20_000, 32_000)
    if (await isFree(port)) return port
  }
  throw new Error('no free port from 20000 to 32000')
}

/* FLAGS: further arguments of `wangxun serve`. */
export async function startOffice({ data = mkdtempSync(join(tmpdir(), 'wangxun-ui-')), flags = [] } = {}) {
  const port = await freePort()
  const child = spawn(program, ['serve', '--data', data, '--listen', `127.0.0.1:${port}`, ...flags], {
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let said = ''
  child.stdout.on('data', (bytes) => (said += bytes))
  child.stderr.on('data', (bytes) => (said += bytes))
  const ended = new Promise((resolve) => child.once('exit', resolve))
  const url = `http://127.0.0.1:${port}`
  const stop = async () => {
    if (child.exitCode === null) child.kill('SIGTERM')
    const timer = setTimeout(() => child.kill('SIGKILL'), 15_000)
    await ended
    clearTimeout(timer)
    rmSync(data, { recursive: true, force: true })
  }
  for (let i = 0; ; i++) {
    // only once it says so itself: another's server may have had the port first
    const answers = said.includes(url) && (await fetch(url).then((a) => a.ok, () => false))
    if (answers) break
    if (i > 200 || child.exitCode !== null) {
      await stop()
      throw new Error(`wangxun serve did not come up: ${said}`)
    }
    await new Promise((done) => setTimeout(done, 50))
  }
  return { url, data, port, stop, said: () => said, setupLink: () => setupLink(data, url, () => said) }
}

/* A fresh one-time link; the one that serve printed when the command is not there. */
function setupLink(data, url, said) {
  let text
  try {
    text = execFileSync(program, ['user', 'setup-link', '--data', data], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] })
  } catch {
    text = said()
  }
  const token = /\/setup\/([\w-]+)/.exec(text)?.[1]
  if (!token) throw new Error(`no set-up link in: ${text}`)
  return `${url}/setup/${token}`
}
