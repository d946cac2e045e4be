/*
 * Both languages of every page hold the same keys and the same {names}, and every key that a
 * literal t('…') or a title, label of a route names is there. Prints breaches; exits 1.
 */
import { readFileSync, readdirSync, statSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { transformSync } from 'esbuild'

const src = join(dirname(fileURLToPath(import.meta.url)), '../src')
const bad = []
const known = new Map()

async function read(file) {
  const { code } = transformSync(readFileSync(file, 'utf8'), { loader: 'ts' })
  return (await import(`data:text/javascript;base64,${Buffer.from(code).toString('base64')}`)).default
}
function flat(value, path, out) {
  if (value && typeof value === 'object') for (const [k, v] of Object.entries(value)) flat(v, `${path}.${k}`, out)
  else out.set(path, String(value))
  return out
}
const names = (text) => [...text.matchAll(/\{(\w+)\}/g)].map((m) => m[1]).sort().join()

for (const page of readdirSync(join(src, 'pages'))) {
  const [zh, en] = await Promise.all(['zh', 'en'].map(async (lang) => {
    try {
      return flat(await read(join(src, 'pages', page, `${lang}.ts`)), page, new Map())
    } catch (e) {
      if (e.code !== 'ENOENT') throw e
      return new Map()
    }
  }))
  for (const [key, text] of zh) {
    known.set(key, text)
    if (!en.has(key)) bad.push(`${key}: no English`)
    else if (names(text) !== names(en.get(key))) bad.push(`${key}: the {names} differ`)
    if (!text.trim()) bad.push(`${key}: empty`)
    if (/[\u4e00-\u9fff][,;?!()][\u4e00-\u9fff]/.test(text)) bad.push(`${key}: half-width mark between ideographs`)
  }
  for (const key of en.keys()) if (!zh.has(key)) bad.push(`${key}: no Chinese`)
}

function* files(folder) {
  for (const name of readdirSync(folder)) {
    const path = join(folder, name)
    if (statSync(path).isDirectory()) yield* files(path)
    else if (/\.(vue|ts)$/.test(name) && !/^(zh|en)\.ts$/.test(name)) yield path
  }
}
for (const file of files(src)) {
  const text = readFileSync(file, 'utf8')
  for (const m of text.matchAll(/(?:\bt\(|\b(?:title|label): )'([\w-]+(?:\.[\w-]+)+)'/g))
    if (!known.has(m[1]) && ![...known.keys()].some((k) => k.startsWith(`${m[1]}.`)))
      bad.push(`${file.slice(src.length + 1)}: no text '${m[1]}'`)
  if (/\bv-html\b|\binnerHTML\b/.test(text.replace(/\/\*[\s\S]*?\*\/|\/\/.*/g, ''))) bad.push(`${file.slice(src.length + 1)}: markup made from text`)
}
console.log(bad.join('\n') || `${known.size} texts`)
process.exit(bad.length ? 1 : 0)
