/*
 * Runs tests/browser/*.test.mjs one after the other, each in its own process, and passes
 * their TAP on. Arguments are names of tests: node tests/browser/run.mjs entry
 */
import { spawn } from 'node:child_process'
import { readdirSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const here = dirname(fileURLToPath(import.meta.url))
const limit_ms = 300_000
const wanted = process.argv.slice(2)
const files = readdirSync(here)
  .filter((f) => f.endsWith('.test.mjs'))
  .filter((f) => !wanted.length || wanted.includes(f.replace('.test.mjs', '')))
  .sort()

function run(file) {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, [join(here, file)], { stdio: ['ignore', 'inherit', 'inherit'] })
    const timer = setTimeout(() => child.kill('SIGTERM'), limit_ms)
    child.on('exit', (code, signal) => {
      clearTimeout(timer)
      if (signal) console.log(`not ok - ${file}: ended by ${signal}`)
      else if (code > 1) console.log(`not ok - ${file}: exit status ${code}`)
      resolve(code === 0)
    })
  })
}

let good = files.length > 0
if (!good) console.log('not ok - there is such a browser test')
for (const file of files) good = (await run(file)) && good
process.exitCode = good ? 0 : 1
