export default {
  title: 'Audit', search: 'Search the trail', empty: 'Nothing fits.', number: 'No.', at: 'Time', account_id: 'Account id', operation: 'Operation', kind: 'Kind of object',
  object: 'Object', detail: 'Further', q: 'Words', from: 'From (such as 2026-11-01)', until: 'Until', unreadable: '(this record is damaged)',
  verify: 'Verify', verifyExplain: 'Each record is chained to the one before. Verification finds any that was changed, deleted, inserted, swapped or cut off; with checkpoints kept elsewhere it also finds a roll-back of the whole.',
  checkpoints: 'Checkpoints kept elsewhere (optional)', verifyNow: 'Verify now', whole: 'Whole', broken: 'Not whole', counted: '{n} records, {c} checkpoints.', firstBad: 'First fault: record {n}.',
  kinds: { account: 'account', assignment: 'assignment', delivery: 'delivery', delivery_settings: 'delivery settings', emergency: 'emergency stop', file: 'file', import: 'import', mail_settings: 'mail settings', map: 'map', session: 'session', token: 'token' },
  export: 'Export', checkpoint: 'Download a checkpoint',
}
