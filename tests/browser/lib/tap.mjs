/* Claims as TAP. A claim that throws has failed; the rest still runs. */
let failed = 0

export async function claim(name, check, onFail) {
  try {
    await check()
    console.log(`ok - ${name}`)
  } catch (e) {
    failed++
    console.log(`not ok - ${name}`)
    for (const line of String(e?.stack ?? e).split('\n').slice(0, 14)) console.log(`# ${line}`)
    await onFail?.(name)
  }
}

export const anyFailed = () => failed > 0

export function equal(got, wanted, what = 'value') {
  if (JSON.stringify(got) !== JSON.stringify(wanted))
    throw new Error(`${what}: got ${JSON.stringify(got)}, wanted ${JSON.stringify(wanted)}`)
}
export function yes(fact, what) {
  if (!fact) throw new Error(what)
}
