/* RFC 6238 with SHA-1, six digits, 30 seconds: what the office's phone app computes. */
import { createHmac } from 'node:crypto'

function base32(text) {
  let bits = ''
  for (const c of text.toUpperCase().replace(/[^A-Z2-7]/g, ''))
    bits += 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'.indexOf(c).toString(2).padStart(5, '0')
  return Buffer.from(bits.match(/.{8}/g).map((b) => parseInt(b, 2)))
}

export function totp(secret, at_ms = Date.now()) {
  const counter = Buffer.alloc(8)
  counter.writeBigUInt64BE(BigInt(Math.floor(at_ms / 30_000)))
  const mac = createHmac('sha1', base32(secret)).update(counter).digest()
  const from = mac[19] & 15
  return String((mac.readUInt32BE(from) & 0x7fffffff) % 1_000_000).padStart(6, '0')
}

/* A code is good once: waits for the first step that was not used yet. */
const used = new Map()
export async function freshTotp(secret) {
  while (used.get(secret) === Math.floor(Date.now() / 30_000))
    await new Promise((done) => setTimeout(done, 500))
  used.set(secret, Math.floor(Date.now() / 30_000))
  return totp(secret)
}
