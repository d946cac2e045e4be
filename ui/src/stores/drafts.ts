/*
 * What somebody typed and has not saved, kept for this tab (sessionStorage) and this account,
 * so that an expired session or a reload loses nothing.
 */
export interface Draft {
  rev: string // the ETag the draft was begun on; '' for a new object
  at: number // ms
  values: Record<string, unknown>
}

const key = (account: string | number, name: string) => `wx.draft.${account}.${name}`

export function readDraft(account: string | number, name: string): Draft | null {
  try {
    return JSON.parse(sessionStorage.getItem(key(account, name)) ?? 'null') as Draft | null
  } catch {
    return null
  }
}

export function keepDraft(account: string | number, name: string, draft: Draft) {
  try {
    sessionStorage.setItem(key(account, name), JSON.stringify(draft))
  } catch {
    /* full or forbidden: the form itself still holds it */
  }
}

export function dropDraft(account: string | number, name: string) {
  try {
    sessionStorage.removeItem(key(account, name))
  } catch {
    /* nothing was kept */
  }
}

export function dropAllDrafts() {
  try {
    for (const name of Object.keys(sessionStorage))
      if (name.startsWith('wx.draft.')) sessionStorage.removeItem(name)
  } catch {
    /* nothing was kept */
  }
}
