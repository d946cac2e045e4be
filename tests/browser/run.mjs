/*
 * Runs tests/browser/*.test.mjs, each in its own process, two at a time (much of a test is
 * waiting: for a fresh one-time code, for the server), and passes their TAP on, each test's as
 * one piece. Arguments are names of tests: node tests/browser/run.mjs entry
 * BROWSER_JOBS: how many at a time.
 */
import { spawn } from 'node:child_process'
import { readdirSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const here = dirname(fileURLToPath(import.meta.url))
const limit_ms = 600_000 // against hanging, not a budget: many share a machine
const wanted = process.argv.slice(2)
const files = readdirSync(here)
  .filter((f) => f.endsWith('.test.mjs'))
  .filter((f) => !wanted.length || wanted.includes(f.replace('.test.mjs', '')))
  .sort()

function run(file) {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, [join(here, file)], { stdio: ['ignore', 'pipe', 'inherit'] })
    const begun = Date.now()
    let said = ''
    child.stdout.on('data', (bytes) => (said += bytes))
    const timer = setTimeout(() => child.kill('SIGTERM'), limit_ms)
    child.on('close', (code, signal) => {
      clearTimeout(timer)
      if (signal) said += `not ok - ${file}: ended by ${signal}\n`
      else if (code > 1) said += `not ok - ${file}: exit status ${code}\n`
      process.stdout.write(`${said}# ${file}: ${Math.round((Date.now() - begun) / 1000)} s\n`)
      resolve(code === 0)
    })
  })
}

let good = files.length > 0
if (!good) console.log('not ok - there is such a browser test')
async function lane() {
  for (let file = files.shift(); file; file = files.shift()) good = (await run(file)) && good
}
await Promise.all(Array.from({ length: Number(process.env.BROWSER_JOBS) || 2 }, lane))
process.exitCode = good ? 0 : 1
